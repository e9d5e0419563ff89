import { expect, test } from "bun:test";
import { inspect } from "node:util";
import { Secret } from "./secret.ts";

const value = "correct horse battery staple";
const secret = new Secret(value);

test("only reveal gives the value of a secret", () => {
  expect(secret.reveal()).toBe(value);
});

test.each([
  ["a template", () => `${secret}`],
  ["a list joined", () => [secret, secret].join()],
  ["JSON", () => JSON.stringify({ secret, list: [secret] })],
  ["inspect", () => inspect({ deep: { secret } }, { showHidden: true, depth: 9 })],
  ["Bun's console format", () => Bun.inspect({ secret })],
  ["an error's message", () => String(new Error(`refused ${secret}`))],
  ["its own keys", () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret)))],
  ["a copy", () => JSON.stringify({ ...secret }) + inspect(structuredClone({ ...secret }))],
])("a secret does not show in %s", (_, show) => {
  expect(show()).not.toContain(value);
});
