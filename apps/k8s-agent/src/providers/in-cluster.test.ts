import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadKubeconfig, openCluster } from "@platz/kubernetes";
import { z } from "zod";
import { kubeRequest } from "../testing/kube-request.ts";
import { clusterProviderConformance } from "./cluster-provider.conformance.ts";
import { inClusterProvider } from "./in-cluster.ts";

const signal = new AbortController().signal;
const account = `in-cluster-${crypto.randomUUID().slice(0, 8)}`;
let admin: Awaited<ReturnType<typeof loadKubeconfig>>;
const ask = (method: string, path: string, body?: object) =>
  kubeRequest(admin, { method, path, ...(body ? { body } : {}) });
const accounts = "/api/v1/namespaces/default/serviceaccounts";
const bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

beforeAll(async () => {
  admin = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  await ask("POST", accounts, { metadata: { name: account } });
  await ask("POST", bindings, {
    metadata: { name: account },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: "default" }],
  });
});
afterAll(async () => {
  await ask("DELETE", `${bindings}/${account}`);
  await ask("DELETE", `${accounts}/${account}`);
});

/** What Kubernetes puts into a pod: a folder with a token and the cluster's certificate, and where the API server is. */
async function pod() {
  const parent = await mkdtemp(join(tmpdir(), "in-cluster-"));
  const folder = join(parent, "serviceaccount");
  const away = join(parent, "away");
  const answer = await ask("POST", `${accounts}/${account}/token`, { spec: {} });
  const { token } = z.object({ status: z.object({ token: z.string() }) }).parse(answer).status;
  await Bun.write(join(folder, "token"), token);
  await writeFile(join(folder, "ca.crt"), admin.ca ?? "");
  const { hostname: host, port } = new URL(admin.server);
  return {
    folder,
    provider: inClusterProvider({ name: "home", folder, host, port }),
    breakSource: () => rename(folder, away),
    mendSource: () => rename(away, folder),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true }),
  };
}

describe("in-cluster", () => clusterProviderConformance(pod));

test("the cluster is known by what is its own for as long as it lives, and reached as the pod's service account", async () => {
  await using harness = await pod();
  const [cluster] = (await harness.provider.discover(signal)).clusters;
  const system = await openCluster(admin).getNamespace("kube-system");
  expect(cluster).toMatchObject({
    providerId: `in-cluster:${system?.uid}`,
    name: "home",
    regionName: "in-cluster",
  });
  const connection = await cluster?.connect(signal);
  expect(connection?.cert).toBeUndefined();
  expect(connection?.token).toBeFunction();
});

test("a process that runs in no cluster is told so", async () => {
  const nowhere = inClusterProvider({ name: "home", folder: "/nowhere", host: undefined, port: undefined });
  await expect(nowhere.discover(signal)).rejects.toThrow(/^This process does not run in a cluster/);
});
