import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRegistry } from "./open-registry.ts";
import { credentialsOfConfig } from "./registry-config.ts";
import { hostileServer } from "./testing/hostile-server.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "platz-registry-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function configOf(content: unknown): Promise<string> {
  const file = join(folder, crypto.randomUUID());
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const pair = { username: "platz", password: "pass:wörd" };
const auth = Buffer.from("platz:pass:wörd").toString("base64");

test.each([
  ["charts.example.com", { auth }],
  ["https://charts.example.com/v1/", { auth }],
  ["charts.example.com:443", pair],
])("the key %s names the registry charts.example.com", async (key, entry) => {
  const file = await configOf({ auths: { "other.example.com": { auth: btoa("a:b") }, [key]: entry } });
  expect(await credentialsOfConfig(file, "charts.example.com")).toEqual(pair);
});

test("a registry that is not in the file is asked without credentials", async () => {
  const file = await configOf({ auths: { "charts.example.com:5000": { auth } }, credsStore: "desktop" });
  expect(await credentialsOfConfig(file, "charts.example.com")).toBeUndefined();
});

test("what is replaced in the file holds at the next sign-in", async () => {
  const file = await configOf({ auths: { "a.example.com": { auth } } });
  await writeFile(file, JSON.stringify({ auths: { "a.example.com": { auth: btoa("new:pair") } } }));
  expect(await credentialsOfConfig(file, "a.example.com")).toEqual({ username: "new", password: "pair" });
});

test.each([
  ["{", "is no Docker configuration file"],
  [{ auths: { "a.example.com": { auth: 7 } } }, "is no Docker configuration file"],
  [{ auths: { "a.example.com": { auth: "s3cret%" } } }, "has no user name and password for a.example.com"],
])("a file such as %j is told of, without a word of what is in it", async (content, reason) => {
  const message = await credentialsOfConfig(await configOf(content), "a.example.com").then(
    () => "",
    (error: Error) => error.message,
  );
  expect(message).toContain(reason);
  expect(message).not.toContain("s3cret");
});

test("a login that cannot be had is the reason why the registry gives nothing", async () => {
  using server = hostileServer({
    "/v2/a/manifests/x": () =>
      new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } }),
  });
  const file = join(folder, "absent");
  const credentials = () => credentialsOfConfig(file, server.domain);
  const registry = openRegistry({ domain: server.domain, credentials });
  await expect(registry.manifest("a", "x")).rejects.toMatchObject({
    kind: "unreachable",
    message: `There is no login for the registry ${server.domain}. The registry configuration (PLATZ_REGISTRY_CONFIG) cannot be read.`,
  });
});
