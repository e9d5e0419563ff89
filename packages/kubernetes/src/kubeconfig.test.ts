import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { openCluster } from "./cluster-client.ts";
import { KubeconfigError, kubeconfigYaml, loadKubeconfig } from "./kubeconfig.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubeconfig-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

const pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

async function write(text: string): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, text);
  return path;
}

const fileWith = (user: object, cluster: object = {}) =>
  write(
    stringify({
      "current-context": "main",
      contexts: [
        { name: "main", context: { cluster: "c", user: "u" } },
        { name: "lost", context: { cluster: "nowhere", user: "u" } },
      ],
      clusters: [{ name: "c", cluster: { server: "https://cluster.example:6443/", ...cluster } }],
      users: [{ name: "u", user }],
    }),
  );

async function refusal(path: string, context?: string): Promise<string> {
  const error = await loadKubeconfig(path, context).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(KubeconfigError);
  return String(error.message);
}

test("one context is read, with the files that it refers to", async () => {
  await writeFile(join(folder, "ca.crt"), pem);
  const path = await fileWith({ token: "t0ken" }, { "certificate-authority": "ca.crt" });
  expect(await loadKubeconfig(path)).toMatchObject({
    context: "main",
    server: "https://cluster.example:6443",
    ca: pem,
    token: "t0ken",
  });
});

test("a file that cannot be used is told in one sentence, which repeats nothing of it", async () => {
  expect(await refusal(join(folder, "nowhere"))).toContain("ENOENT");
  const broken = await refusal(await write("users: [{name: u, user: {token: s3cr3t"));
  expect(broken).toContain("no valid kubeconfig");
  expect(broken).not.toContain("s3cr3t");
});

test("a context that is not there is told with those that are", async () => {
  const path = await fileWith({ token: "t" });
  expect(await refusal(path, "other")).toContain("it has: main, lost");
  expect(await refusal(path, "lost")).toContain("cluster nowhere");
  expect(await refusal(await write("contexts: []"))).toContain("no current context");
});

test("what would sign in as somebody else, or by means that are not there, is refused and not passed over", async () => {
  expect(
    await refusal(
      await fileWith({ exec: { apiVersion: "client.authentication.k8s.io/v1", command: "aws" } }),
    ),
  ).toContain("plugin");
  expect(await refusal(await fileWith({ "auth-provider": { name: "oidc" } }))).toContain("plugin");
  expect(await refusal(await fileWith({ token: "t", as: "admin" }))).toContain("impersonates");
  expect(await refusal(await fileWith({ username: "u", password: "p" }))).toContain("password");
  expect(await refusal(await fileWith({ token: "t" }, { "proxy-url": "http://proxy.example" }))).toContain(
    "proxy",
  );
  expect(await refusal(await fileWith({ token: "t" }, { "certificate-authority": "gone.crt" }))).toContain(
    "gone.crt",
  );
});

test("a token that does not last is not given to a child process", async () => {
  const real = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  const passing = { ...real, cert: undefined, key: undefined, token: async () => "s3cr3t" };
  expect(() => kubeconfigYaml(passing)).toThrow("holds a token that lasts");
});

test("what a child process gets is this cluster and user alone, and works", async () => {
  const real = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  const again = await loadKubeconfig(await write(kubeconfigYaml(real)));
  expect(again).toEqual({ ...real, context: "context" });
  expect(await openCluster(again).version()).toMatch(/^v1\./);
});
