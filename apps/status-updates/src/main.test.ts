import { expect, test } from "bun:test";
import { createTestDatabase } from "@platz/db/testing";
import { StatusUpdatesSettings } from "./settings.ts";

const main = new URL("./main.ts", import.meta.url).pathname;
const start = (args: readonly string[], env: Record<string, string> = {}) =>
  Bun.spawn([process.execPath, main, ...args], { env, stdout: "pipe", stderr: "pipe" });

const needed = {
  PLATZ_OWN_URL: "https://platz.example.com",
  PLATZ_ENCRYPTION_KEYS: `test:${btoa("k".repeat(32))}`,
};

test("--help lists every setting, and needs none of them", async () => {
  const child = start(["--help"]);
  const text = (await new Response(child.stdout).text()).replace(/\s+/g, " ");
  expect(await child.exited).toBe(0);
  for (const name of Object.keys(StatusUpdatesSettings.shape)) expect(text).toContain(`(env ${name}; `);
});

test.each([
  [["--platz-egress-allow=10.0.0.0/99"], 'PLATZ_EGRESS_ALLOW: "10.0.0.0/99" is neither'],
  [["--platz-egress-resolve=apps.test"], "PLATZ_EGRESS_RESOLVE: "],
  [[], "DATABASE_URL: is not set"],
])("a start with %j ends with status 2 and says %p", async (args, sentence) => {
  const child = start(args, needed);
  expect(await new Response(child.stderr).text()).toContain(sentence);
  expect(await child.exited).toBe(2);
});

test("SIGTERM ends it well while it follows the database, and while there is none", async () => {
  await using db = await createTestDatabase();
  for (const url of [db.url, "postgres://platz@127.0.0.1:1/platz"]) {
    const child = start([], { ...needed, DATABASE_URL: url });
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (chunk.includes("asking deployments")) child.kill("SIGTERM");
    }
    expect(await child.exited).toBe(0);
  }
}, 20_000);
