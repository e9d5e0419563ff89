import { randomBytes } from "node:crypto";

const SECRET_BYTES = 24;

/** Where the signing secret is kept, shared by every process of an installation. */
export interface SigningSecretStore {
  findSigningSecret(): Promise<string | undefined>;
  /** Stores it unless there is one already. */
  insertSigningSecretOnce(value: string): Promise<void>;
}

/** Gives the key that access tokens are signed with. */
export interface SigningSecret {
  get(): Promise<Uint8Array>;
}

/**
 * The signing key of an installation: 24 random bytes kept in base64 (API spec 3.3), made on first use. Processes that
 * start together agree, since each reads again what really was stored. Remembered for `cacheMs`, so that a changed
 * secret counts within that time.
 */
export function createSigningSecret(
  store: SigningSecretStore,
  { cacheMs = 10_000, now = Date.now }: { readonly cacheMs?: number; readonly now?: () => number } = {},
): SigningSecret {
  let known: { readonly secret: Uint8Array; readonly until: number } | undefined;
  return {
    async get() {
      if (known === undefined || known.until <= now()) {
        known = { secret: await readOrMake(store), until: now() + cacheMs };
      }
      return known.secret;
    },
  };
}

async function readOrMake(store: SigningSecretStore): Promise<Uint8Array> {
  const found = await store.findSigningSecret();
  if (found !== undefined) return decode(found);
  await store.insertSigningSecretOnce(randomBytes(SECRET_BYTES).toString("base64"));
  const stored = await store.findSigningSecret();
  if (stored === undefined) throw new Error("the setting jwt_secret vanished while it was being made");
  return decode(stored);
}

function decode(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  // A short key would sign all the same, and could be guessed.
  if (bytes.length < SECRET_BYTES || bytes.toString("base64") !== text) {
    throw new Error("the setting jwt_secret is not 24 or more bytes in base64");
  }
  return new Uint8Array(bytes);
}
