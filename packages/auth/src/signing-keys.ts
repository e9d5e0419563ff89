import { exportJWK, generateKeyPair, generateSecret, importJWK, type JWK } from "jose";

/** What a key is for, and the algorithm that goes with it: our own access tokens, the requests that we send out, the chain of the audit log. */
export const signingAlgorithms = { access: "HS256", outgoing: "ES256", audit: "HS256" } as const;
export type SigningKeyUse = keyof typeof signingAlgorithms;

/** A key to be stored: `jwk` is secret, and `publicJwk` for everybody to see, where there is a public half. */
export interface NewSigningKey {
  readonly id: string;
  readonly use: SigningKeyUse;
  readonly algorithm: string;
  readonly jwk: JWK;
  readonly publicJwk: JWK | null;
}

/** A stored key that still counts. A retired one verifies what it signed, and signs nothing more. */
export interface StoredSigningKey {
  readonly id: string;
  readonly isRetired: boolean;
  /** Its secret, opened when it is needed. */
  open(): Promise<JWK>;
}

/** Where the keys of one use are kept, shared by every process of an installation. */
export interface SigningKeyStore {
  /** Newest first. */
  list(): Promise<readonly StoredSigningKey[]>;
  /** Makes sure that there is one that signs. */
  ensure(): Promise<void>;
}

export type CryptoSigningKey = Awaited<ReturnType<typeof importJWK>>;

/** The ring of keys of one use. */
export interface SigningKeys {
  /** The key that signs now; one is made when there is none. */
  current(): Promise<{ readonly id: string; readonly key: CryptoSigningKey }>;
  /** The key with this id, while it counts. */
  find(id: string): Promise<CryptoSigningKey | undefined>;
}

/** Makes a key: 32 random bytes for HS256, a key pair on P-256 for ES256. */
export async function generateSigningKey(use: SigningKeyUse): Promise<NewSigningKey> {
  const id = crypto.randomUUID();
  const algorithm = signingAlgorithms[use];
  const named = { kid: id, alg: algorithm, use: "sig" };
  if (algorithm === "HS256") {
    const jwk = await exportJWK(await generateSecret(algorithm, { extractable: true }));
    return { id, use, algorithm, jwk: { ...jwk, ...named }, publicJwk: null };
  }
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const [jwk, publicJwk] = await Promise.all([exportJWK(privateKey), exportJWK(publicKey)]);
  return { id, use, algorithm, jwk: { ...jwk, ...named }, publicJwk: { ...publicJwk, ...named } };
}

/** How soon after the last look an unknown key id is worth another one. */
const UNKNOWN_AGAIN_MS = 1_000;

/**
 * A ring over a store. What is stored is remembered for `cacheMs`, so that a rotation counts within that time; a key id
 * that nobody knows is looked up at once, but not more often than once a second.
 */
export function createSigningKeys(
  store: SigningKeyStore,
  { cacheMs = 10_000, now = Date.now }: { readonly cacheMs?: number; readonly now?: () => number } = {},
): SigningKeys {
  let known: { readonly keys: readonly StoredSigningKey[]; readonly at: number } | undefined;
  let opened = new Map<string, Promise<CryptoSigningKey>>();

  async function keys(maxAgeMs: number): Promise<readonly StoredSigningKey[]> {
    if (known === undefined || now() - known.at >= maxAgeMs) {
      const listed = await store.list();
      known = { keys: listed, at: now() };
      opened = new Map([...opened].filter(([id]) => listed.some((key) => key.id === id)));
    }
    return known.keys;
  }

  function open(key: StoredSigningKey): Promise<CryptoSigningKey> {
    const found = opened.get(key.id) ?? key.open().then((jwk) => importJWK(jwk));
    opened.set(key.id, found);
    found.catch(() => opened.delete(key.id));
    return found;
  }

  return {
    async current() {
      let key = (await keys(cacheMs)).find(({ isRetired }) => !isRetired);
      if (key === undefined) {
        await store.ensure();
        key = (await keys(0)).find(({ isRetired }) => !isRetired);
      }
      if (key === undefined) throw new Error("a signing key vanished while it was being made");
      return { id: key.id, key: await open(key) };
    },
    async find(id) {
      const key =
        (await keys(cacheMs)).find((key) => key.id === id) ??
        (await keys(UNKNOWN_AGAIN_MS)).find((key) => key.id === id);
      return key && (await open(key));
    },
  };
}
