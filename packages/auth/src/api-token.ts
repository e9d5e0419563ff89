import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** A token as it is made: `token` is shown once to whoever asked, `id` and `secretHash` are what is stored. */
export interface NewApiToken {
  readonly id: string;
  readonly token: string;
  readonly secretHash: string;
}

const SECRET_BYTES = 32;

/** What scanners for leaked credentials recognise our tokens by. */
const PREFIX = "platz_";

/**
 * Makes an API token in the format of API spec 3.4 (the row's id, a dot, and 32 random bytes, both in base64url), with
 * a prefix.
 */
export function createApiToken(): NewApiToken {
  const id: string = crypto.randomUUID();
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const idBytes = Buffer.from(id.replaceAll("-", ""), "hex");
  return {
    id,
    token: `${PREFIX}${idBytes.toString("base64url")}.${secret}`,
    secretHash: hashOfSecret(secret),
  };
}

/** The row's id and the hash to find there, or `undefined` for what is no API token at all. The prefix may be missing. */
export function parseApiToken(
  text: string,
): { readonly id: string; readonly secretHash: string } | undefined {
  const [, idPart = "", secret = ""] = /^(?:platz_)?([\w-]{22})\.([\w-]{43})$/.exec(text) ?? [];
  const hex = Buffer.from(idPart, "base64url").toString("hex");
  const id = z.uuid().safeParse(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"));
  return id.success ? { id: id.data, secretHash: hashOfSecret(secret) } : undefined;
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** SHA-256 over the text of the secret, in base64url without padding (API spec 3.4). */
function hashOfSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
