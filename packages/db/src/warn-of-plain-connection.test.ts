import { expect, test } from "bun:test";
import { createTestDatabase } from "./testing/create-test-database.ts";
import { warnOfPlainConnection } from "./warn-of-plain-connection.ts";

test("a connection without TLS is said in the log, with the setting that changes it", async () => {
  await using db = await createTestDatabase();
  const told: string[] = [];
  const log = { warn: (_: object, message: string) => void told.push(message) };
  await warnOfPlainConnection(db, log);
  expect(told).toEqual([expect.stringContaining("set PGSSLMODE=verify-full") as unknown as string]);
});

test("a connection with TLS is nothing to speak of, and a database that is away no failure", async () => {
  const told: string[] = [];
  const log = { warn: (_: object, message: string) => void told.push(message) };
  await warnOfPlainConnection({ execute: async () => [{ ssl: true }] } as never, log);
  expect(told).toEqual([]);
  await warnOfPlainConnection({ execute: () => Promise.reject(new Error("away")) } as never, log);
  expect(told).toEqual([expect.stringContaining("could not be read") as unknown as string]);
});
