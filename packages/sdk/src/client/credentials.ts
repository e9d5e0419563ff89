import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { z } from "zod";
import { surroundings } from "../surroundings.ts";

/** Where Platz is, and what it knows us by. */
export interface Credentials {
  /** `https://platz.example.com/` */
  readonly url: string;
  readonly token: string;
  /** When the token ends; `null` when that is not known. */
  readonly expiresAt: Date | null;
}

/** Gives the credentials that count now. Asked at each request, so that they may be replaced at any time. */
export type CredentialSource = () => Promise<Credentials>;

/** Where a chart mounts the Secret `platz-creds`, by convention. */
const FOLDER = "/var/run/secrets/platz";

/** There are no credentials where they were looked for. */
export class NoCredentials extends Error {
  override readonly name = "NoCredentials";
}

/**
 * The credentials of this process: `PLATZ_URL` with `PLATZ_API_TOKEN` or `PLATZ_USER_TOKEN` when they are set, else the
 * Secret `platz-creds`, mounted in the folder that `PLATZ_CREDS_FOLDER` names, `/var/run/secrets/platz` unless it does.
 */
export const findCredentials: CredentialSource = () => credentialsIn(surroundings.env());

type Environment = Readonly<Record<string, string | undefined>>;

/** The same, in these surroundings. */
export async function credentialsIn(env: Environment): Promise<Credentials> {
  const url = env["PLATZ_URL"];
  const token = env["PLATZ_API_TOKEN"] ?? env["PLATZ_USER_TOKEN"];
  if (url !== undefined && token !== undefined) return { url, token, expiresAt: null };
  if (token !== undefined) throw new NoCredentials("a token of Platz goes with PLATZ_URL, which is not set");
  const mounted = await mountedCredentials(env["PLATZ_CREDS_FOLDER"])();
  // An application may know its Platz by PLATZ_URL too, to check who asks: never another one than it calls.
  if (url === undefined || isSameAddress(url, mounted.url)) return mounted;
  throw new NoCredentials(
    "PLATZ_URL names another Platz than the mounted credentials, and neither PLATZ_API_TOKEN nor PLATZ_USER_TOKEN is set",
  );
}

function isSameAddress(one: string, other: string): boolean {
  const hrefOf = (url: string) => (URL.canParse(url) ? new URL(url).href.replace(/\/$/, "") : undefined);
  return hrefOf(one) === hrefOf(other);
}

/**
 * The Secret `platz-creds`, mounted in a folder. The files are read at each request: Platz writes fresh ones before the
 * old ones end, and the kubelet puts them there.
 */
export function mountedCredentials(folder = FOLDER): CredentialSource {
  return async () => {
    const read = (name: string) => readFile(join(folder, name), "utf8");
    try {
      const [url, token, expiresAt] = await Promise.all(
        ["server_url", "access_token", "expires_at"].map(read),
      );
      return Mounted.parse({ url, token, expiresAt });
    } catch (cause) {
      throw new NoCredentials(
        `there are no credentials of Platz in ${folder}: mount the Secret platz-creds there, or set PLATZ_URL and PLATZ_API_TOKEN`,
        { cause },
      );
    }
  };
}

const text = z.string().trim().min(1);
const Mounted = z.object({
  url: text.pipe(z.url({ protocol: /^https?$/ })),
  token: text,
  expiresAt: text.pipe(z.coerce.date<string>()),
});

const DeploymentToken = z.object({ identity: z.object({ Deployment: z.uuid() }) });

/**
 * Which deployment this process belongs to, and to which Platz, by its mounted `platz-creds`: what `createVerifier` needs
 * to know besides its address.
 */
export async function ownDeployment(
  source: CredentialSource = mountedCredentials(surroundings.env()["PLATZ_CREDS_FOLDER"]),
): Promise<{ readonly platzUrl: string; readonly deploymentId: string }> {
  const { url, token } = await source();
  try {
    return { platzUrl: url, deploymentId: DeploymentToken.parse(decodeJwt(token)).identity.Deployment };
  } catch (cause) {
    throw new NoCredentials("these credentials are not those of a deployment", { cause });
  }
}
