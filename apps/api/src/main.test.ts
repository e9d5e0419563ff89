import { expect, test } from "bun:test";
import { createTestDatabase } from "@platz/db/testing";
import { ApiSettings } from "./settings.ts";

const main = new URL("./main.ts", import.meta.url).pathname;
const start = (args: readonly string[], env: Record<string, string> = {}) =>
  Bun.spawn([process.execPath, main, ...args], { env, stdout: "pipe", stderr: "pipe" });

test("--help lists every setting with its default, and needs none of them", async () => {
  const child = start(["--help"]);
  const text = (await new Response(child.stdout).text()).replace(/\s+/g, " ");
  expect(await child.exited).toBe(0);
  for (const name of Object.keys(ApiSettings.shape)) expect(text).toContain(`(env ${name}; `);
  expect(text).toContain("--api-port <value>");
  expect(text).toContain("default 3000");
  expect(text).toContain("(env OIDC_REQUIRE_VERIFIED_EMAIL; default true)");
});

test("a start without settings names all that is missing and ends with status 2", async () => {
  const child = start([]);
  const text = await new Response(child.stderr).text();
  expect(await child.exited).toBe(2);
  expect(text).toContain("OIDC_CLIENT_ID: is not set");
  expect(text).toContain("PLATZ_ENCRYPTION_KEYS: is not set");
  expect(text).not.toContain("    at ");
});

test("SIGTERM ends it well, and neither key, password nor client secret is in its output", async () => {
  await using db = await createTestDatabase();
  const key = Buffer.alloc(32, 1).toString("base64");
  const child = start(["--api-port", "0", "--api-host=127.0.0.1"], {
    PLATZ_OWN_URL: "http://127.0.0.1:3000",
    OIDC_SERVER_URL: "http://127.0.0.1:9",
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: "hunter2",
    PLATZ_ENCRYPTION_KEYS: `k1:${key}`,
    DATABASE_URL: db.url,
    LOG_LEVEL: "trace",
  });
  let output = "";
  let isAsked = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    if (!isAsked && output.includes("listening") && output.includes("migrated")) {
      isAsked = true;
      const { port } = JSON.parse(output.split("\n").find((line) => line.includes("listening")) ?? "{}");
      expect(await (await fetch(`http://127.0.0.1:${port}/status`)).json()).toBe("ok");
      child.kill("SIGTERM");
    }
  }
  expect(await child.exited).toBe(0);
  expect(output).toContain('"signal":"SIGTERM"');
  const all = output + (await new Response(child.stderr).text());
  for (const secret of ["hunter2", key, db.url]) expect(all).not.toContain(secret);
}, 20_000);
