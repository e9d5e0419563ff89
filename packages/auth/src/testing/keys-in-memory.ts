import {
  createSigningKeys,
  generateSigningKey,
  type NewSigningKey,
  type SigningKeys,
  type SigningKeyUse,
} from "../signing-keys.ts";

/** A ring without a database, whose keys can be seen and replaced. */
export function keysInMemory(use: SigningKeyUse) {
  const stored: { readonly key: NewSigningKey; isRetired: boolean }[] = [];
  let now = 0;
  let reads = 0;
  const add = async () => {
    for (const entry of stored) entry.isRetired = true;
    stored.unshift({ key: await generateSigningKey(use), isRetired: false });
  };
  const store = {
    async list() {
      reads += 1;
      return stored.map(({ key, isRetired }) => ({ id: key.id, isRetired, open: async () => key.jwk }));
    },
    ensure: async () => (stored.length === 0 ? add() : undefined),
  };
  const keys: SigningKeys = createSigningKeys(store, { cacheMs: 10_000, now: () => now });
  return {
    keys,
    stored,
    rotate: add,
    pass: (ms: number) => {
      now += ms;
    },
    reads: () => reads,
  };
}
