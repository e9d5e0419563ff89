import { expect, test } from "bun:test";
import { createSigningSecret } from "./signing-secret.ts";

function memoryStore() {
  const store = {
    value: undefined as string | undefined,
    reads: 0,
    findSigningSecret: async () => {
      store.reads += 1;
      return store.value;
    },
    insertSigningSecretOnce: async (value: string) => {
      store.value ??= value;
    },
  };
  return store;
}

test("processes that start together sign with the same secret, of 24 bytes", async () => {
  const store = memoryStore();
  const [a, b] = await Promise.all([createSigningSecret(store).get(), createSigningSecret(store).get()]);
  expect(a).toEqual(b);
  expect(a).toHaveLength(24);
  expect(store.value).toMatch(/^[A-Za-z0-9+/]{32}$/);
});

test("a changed secret counts after a short while, and until then the store is not asked", async () => {
  const store = memoryStore();
  let now = 0;
  const secret = createSigningSecret(store, { cacheMs: 1000, now: () => now });
  const first = await secret.get();
  const reads = store.reads;
  store.value = Buffer.alloc(24, 9).toString("base64");
  expect(await secret.get()).toBe(first);
  expect(store.reads).toBe(reads);
  now = 1000;
  expect(await secret.get()).toEqual(new Uint8Array(24).fill(9));
});

test("a stored secret that is short or no base64 is not used, and not shown", async () => {
  for (const value of ["", "c2hvcnQ=", "hunter2-hunter2-hunter2-hunter2-"]) {
    const store = { ...memoryStore(), findSigningSecret: async () => value };
    await expect(createSigningSecret(store).get()).rejects.toThrow(
      "jwt_secret is not 24 or more bytes in base64",
    );
  }
});
