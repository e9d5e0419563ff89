import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "@platz/sdk";
import { type ServedApi, serveApi } from "@platz/sdk/testing";
import { updateDeployment } from "@platz/services";
import { follow, report } from "./fleet-report.ts";

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
  api.tokens.set("admin", api.world.envAdmin);
});
afterAll(() => api[Symbol.asyncDispose]());

const connected = () =>
  connect({
    credentials: async () => ({ url: "http://platz.test/", token: "admin", expiresAt: null }),
    fetch: api.fetch,
  });

test("every deployment that the caller sees is a line, however many pages they are", async () => {
  const made = await Promise.all(Array.from({ length: 60 }, () => api.world.installed()));
  const lines = await Array.fromAsync(report(await connected()));
  expect(lines).toHaveLength(made.length);
  for (const { name } of made) expect(lines.some((line) => line.includes(`/${name}  `))).toBe(true);
});

test("a deployment that changes is a line at once", async () => {
  const { id, name, version } = await api.world.installed();
  const stop = new AbortController();
  const lines: string[] = [];
  for await (const line of follow(await connected(), { signal: stop.signal, onReady: change })) {
    lines.push(line);
    if (line.includes(`/${name}  `)) stop.abort();
  }
  expect(lines.at(-1)).toContain(name);

  async function change() {
    await updateDeployment(api.world.owner, { id, version, descriptionMd: "seen" });
  }
});
