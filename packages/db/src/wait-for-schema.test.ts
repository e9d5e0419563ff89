import { expect, test } from "bun:test";
import { openDatabase } from "./open-database.ts";
import { createTestDatabase } from "./testing/index.ts";
import { waitForSchema } from "./wait-for-schema.ts";

test("with a schema that is up to date there is no wait", async () => {
  await using db = await createTestDatabase();
  let waits = 0;
  await waitForSchema(db, { signal: AbortSignal.timeout(5000), onWaiting: () => waits++ });
  expect(waits).toBe(0);
});

test("without a database it says once that it waits, until it is told to stop", async () => {
  await using db = openDatabase("postgres://nobody@127.0.0.1:1/none", { connectTimeoutSeconds: 1 });
  const stop = new AbortController();
  let waits = 0;
  await waitForSchema(db, {
    signal: stop.signal,
    onWaiting: () => {
      waits++;
      setTimeout(() => stop.abort(), 700);
    },
  });
  expect(waits).toBe(1);
});
