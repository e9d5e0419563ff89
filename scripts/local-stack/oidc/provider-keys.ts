import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import { z } from "zod";

const ProviderKeys = z.object({
  jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })).min(1) }),
  cookieKeys: z.array(z.string().min(32)).min(1),
});
export type ProviderKeys = z.output<typeof ProviderKeys>;

/** The provider's signing and cookie keys, made once and kept in `folder` (mode 0600); an unreadable file is made anew. */
export async function providerKeys(folder: string): Promise<ProviderKeys> {
  const file = join(folder, "oidc-keys.json");
  return (await readKeys(file)) ?? (await makeKeys(folder, file));
}

async function readKeys(file: string): Promise<ProviderKeys | undefined> {
  try {
    return ProviderKeys.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

async function makeKeys(folder: string, file: string): Promise<ProviderKeys> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key = {
    ...(await exportJWK(privateKey)),
    kty: "RSA",
    kid: crypto.randomUUID(),
    alg: "RS256",
    use: "sig",
  };
  const keys = { jwks: { keys: [key] }, cookieKeys: [randomBytes(32).toString("base64url")] };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600 });
  await rename(draft, file);
  return keys;
}
