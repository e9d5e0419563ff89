import { afterAll, describe, expect, test } from "bun:test";
import { openCluster } from "./cluster-client.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { isUnreachable } from "./kubernetes-error.ts";
import type { WorkloadSummary } from "./summary.ts";

const kubeconfig = process.env["PLATZ_TEST_KUBECONFIG"] ?? "";
const connection = await loadKubeconfig(kubeconfig);
const cluster = openCluster(connection);
const made: string[] = [];

afterAll(() => Promise.all(made.map((name) => cluster.deleteNamespace(name))));

async function newNamespace() {
  const name = `kubernetes-test-${crypto.randomUUID().slice(0, 8)}`;
  const deploymentId = crypto.randomUUID();
  made.push(name);
  expect(await cluster.createNamespace({ name, deploymentId })).toBe(true);
  return { name, deploymentId };
}

const { ca, cert, key } = connection;
const request = (path: string, init: RequestInit) =>
  fetch(connection.server + path, { ...init, tls: { ca, cert, key } } as RequestInit);
const post = (path: string, body: unknown) =>
  request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const get = async (path: string): Promise<unknown> => (await request(path, { method: "GET" })).json();

describe("connecting", () => {
  test("a good credential gives the server's version", async () => {
    expect(await cluster.version()).toMatch(/^v1\./);
  });

  test("no authority, a foreign authority or no credential: refused with one sentence", async () => {
    const { ca: _, ...withoutCa } = connection;
    await expect(openCluster({ ...withoutCa, ca: undefined }).version()).rejects.toThrow(
      /certificate is not trusted/,
    );
    const stranger = openCluster({ ...connection, cert: undefined, key: undefined });
    await expect(stranger.version()).rejects.toThrow(/refused/);
    // Bun must not reuse the admin's connection for the stranger, nor the other way round.
    expect(await cluster.version()).toMatch(/^v1\./);
    const token = openCluster({ ...connection, cert: undefined, key: undefined, token: "nonsense" });
    await expect(token.version()).rejects.toThrow(/refused/);
  });

  test("a server that is not there, or that never answers, is unreachable, not broken", async () => {
    using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const nowhere = openCluster({ ...connection, server: "https://127.0.0.1:1" });
    const error = await nowhere.version().catch((thrown) => thrown);
    expect(isUnreachable(error)).toBe(true);
    const mute = openCluster({ ...connection, server: `https://127.0.0.1:${silent.port}` });
    const aborted = mute.getNamespace("default", AbortSignal.timeout(200));
    await expect(aborted).rejects.toThrow();
  });
});

describe("namespaces", () => {
  test("a namespace says which deployment it belongs to; making it twice is seen; it is waited for until really gone", async () => {
    const { name, deploymentId } = await newNamespace();
    expect(await cluster.getNamespace(name)).toMatchObject({ phase: "Active", deploymentId });
    expect(await cluster.createNamespace({ name, deploymentId: crypto.randomUUID() })).toBe(false);
    await cluster.deleteNamespace(name);
    await cluster.waitNamespaceGone(name, AbortSignal.timeout(60_000));
    expect(await cluster.getNamespace(name)).toBeNull();
    await cluster.deleteNamespace(name);
  });

  test("a malformed annotation makes a namespace nobody's, not an error", async () => {
    const name = `kubernetes-test-${crypto.randomUUID().slice(0, 8)}`;
    made.push(name);
    await post("/api/v1/namespaces", {
      metadata: { name, labels: { platz: "yes" }, annotations: { platz_deployment_id: "garbage" } },
    });
    expect(await cluster.getNamespace(name)).toMatchObject({ deploymentId: null });
  });
});

test("a secret holds exactly the values that were applied last, and is found again as ours", async () => {
  const { name: namespace } = await newNamespace();
  await cluster.applySecret({ namespace, name: "mixer-keys", data: { TOKEN: "s3cr3t", GONE: "x" } });
  await cluster.applySecret({ namespace, name: "mixer-keys", data: { TOKEN: "näxt" } });
  const stored = await fetch(`${connection.server}/api/v1/namespaces/${namespace}/secrets/mixer-keys`, {
    tls: { ca: connection.ca, cert: connection.cert, key: connection.key },
  } as RequestInit);
  const { data } = (await stored.json()) as { data: Record<string, string> };
  expect(data).toEqual({ TOKEN: Buffer.from("näxt").toString("base64") });
  expect(await cluster.listManagedSecrets(namespace)).toEqual(["mixer-keys"]);
  await cluster.deleteSecret({ namespace, name: "mixer-keys" });
  await cluster.deleteSecret({ namespace, name: "mixer-keys" });
  expect(await cluster.listManagedSecrets(namespace)).toEqual([]);
});

function statefulSet(name: string, replicas: number) {
  const labels = { app: name };
  return {
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:1" }] } },
    },
  };
}

test("a restart is followed to its end, and asking for the same restart again changes nothing", async () => {
  const { name: namespace } = await newNamespace();
  await post(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, statefulSet("store", 2));
  const workload = { kind: "StatefulSet", namespace, name: "store" } as const;
  const signal = AbortSignal.timeout(60_000);
  expect(await cluster.followRollout(workload, { signal })).toMatchObject({ state: "done" });
  const seen: string[] = [];
  await cluster.restartWorkload({ ...workload, restartedAt: "2026-01-01T00:00:00Z" });
  const end = await cluster.followRollout(workload, { signal, onProgress: (message) => seen.push(message) });
  expect(end).toEqual({ state: "done", message: "all 2 pods are new and ready" });
  expect(seen.length).toBeGreaterThan(1);
  await cluster.restartWorkload({ ...workload, restartedAt: "2026-01-01T00:00:00Z" });
  const again: string[] = [];
  await cluster.followRollout(workload, { signal, onProgress: (message) => again.push(message) });
  expect(again).toEqual(["all 2 pods are new and ready"]);
});

test("workloads are seen with colours as they come, change and go", async () => {
  const { name: namespace, deploymentId } = await newNamespace();
  const stop = new AbortController();
  const workloads = new Map<string, WorkloadSummary>();
  const synced = new Set<string>();
  const namespaces = new Map<string, string | null>();
  const changed: (() => void)[] = [];
  const wake = () => {
    for (const each of changed.splice(0)) each();
  };
  const watching = cluster.watch(
    {
      onNamespace: (item) => namespaces.set(item.name, item.deploymentId),
      onNamespaceDeleted: () => {},
      onNamespacesSynced: () => synced.add("Namespace"),
      onWorkload: (item) => {
        if (item.namespace === namespace) workloads.set(`${item.kind}/${item.name}`, item);
        wake();
      },
      onWorkloadDeleted: (item) => {
        if (item.namespace === namespace) workloads.delete(`${item.kind}/${item.name}`);
        wake();
      },
      onWorkloadsSynced: (kind) => {
        synced.add(kind);
        wake();
      },
      onProblem: () => {},
      onError: () => {},
    },
    stop.signal,
  );
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => changed.push(resolve));
  };
  await until(() => synced.size === 5);
  expect(namespaces.get(namespace)).toBe(deploymentId);
  await post(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, statefulSet("store", 2));
  await until(() => workloads.get("StatefulSet/store")?.statusColor.join() === "Success,Success");
  // Each kind has a watch of its own, and they are not in step.
  await until(() => workloads.get("Pod/store-0")?.statusColor.join() === "Success");
  const uid = workloads.get("Pod/store-0")?.uid ?? "";
  // Another pod by that name, as its controller makes it, is not meant and stays.
  await cluster.deletePod({ namespace, name: "store-0", uid: crypto.randomUUID() });
  const pod = await get(`/api/v1/namespaces/${namespace}/pods/store-0`);
  expect(pod).toMatchObject({ metadata: { uid } });
  expect(pod).not.toMatchObject({ metadata: { deletionTimestamp: expect.anything() } });
  await cluster.deletePod({ namespace, name: "store-0", uid });
  await until(() => workloads.get("Pod/store-0")?.uid !== uid);
  await cluster.deleteNamespace(namespace);
  await until(() => workloads.size === 0);
  stop.abort();
  await watching;
});
