import { expect, test } from "bun:test";
import { z } from "zod";
import { egressOf, egressSettings } from "./egress-settings.ts";

const Settings = z.object(egressSettings);

test("without settings, nothing private may be called and nothing is redirected", async () => {
  const settings = Settings.parse({});
  expect(settings).toEqual({ PLATZ_EGRESS_ALLOW: [], PLATZ_EGRESS_BLOCK: [], PLATZ_EGRESS_RESOLVE: {} });
  await expect(
    egressOf(settings).request({ method: "GET", url: "http://127.0.0.1:1/" }),
  ).rejects.toMatchObject({
    kind: "blocked",
  });
});

test("lists are by commas, with or without blanks", () => {
  expect(
    Settings.parse({
      PLATZ_EGRESS_ALLOW: "10.0.0.0/8, *.example.com",
      PLATZ_EGRESS_BLOCK: "10.96.0.0/12 fd00::/8",
      PLATZ_EGRESS_RESOLVE: "apps.localtest=http://127.0.0.1:8080,b.test=127.0.0.1:1",
    }),
  ).toEqual({
    PLATZ_EGRESS_ALLOW: ["10.0.0.0/8", "*.example.com"],
    PLATZ_EGRESS_BLOCK: ["10.96.0.0/12", "fd00::/8"],
    PLATZ_EGRESS_RESOLVE: { "apps.localtest": "http://127.0.0.1:8080", "b.test": "127.0.0.1:1" },
  });
});

test("what is no rule or no override is said by name of the setting", () => {
  const { error } = Settings.safeParse({
    PLATZ_EGRESS_ALLOW: "10.0.0.0/99",
    PLATZ_EGRESS_BLOCK: "*.example.com",
    PLATZ_EGRESS_RESOLVE: "apps.localtest",
  });
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual([
    "PLATZ_EGRESS_ALLOW",
    "PLATZ_EGRESS_BLOCK",
    "PLATZ_EGRESS_RESOLVE",
  ]);
});

test("a call to a redirected domain arrives where the setting says", async () => {
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (r) => new Response(r.headers.get("host")),
  });
  const settings = Settings.parse({ PLATZ_EGRESS_RESOLVE: `apps.test=http://127.0.0.1:${server.port}` });
  const answer = await egressOf(settings).request({ method: "GET", url: "https://one.apps.test/x" });
  expect(answer.text).toBe("one.apps.test");
});

test("what is blocked is not called, also when it is allowed", async () => {
  const settings = Settings.parse({ PLATZ_EGRESS_ALLOW: "10.0.0.0/8", PLATZ_EGRESS_BLOCK: "10.96.0.0/12" });
  const call = egressOf(settings).request({ method: "GET", url: "http://10.96.0.1/", timeoutMs: 1000 });
  await expect(call).rejects.toMatchObject({ kind: "blocked" });
});
