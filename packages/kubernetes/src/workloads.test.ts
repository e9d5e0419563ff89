import { afterAll, expect, test } from "bun:test";
import { openCluster } from "./cluster-client.ts";
import { faultProxy } from "./testing/fault-proxy.ts";
import { testCluster } from "./testing/test-cluster.ts";

const cluster = await testCluster();
afterAll(() => cluster[Symbol.asyncDispose]());

async function workload(kind: "Deployment" | "StatefulSet", more: object) {
  const { name: namespace } = await cluster.newNamespace();
  const labels = { app: "web" };
  await cluster.call({
    method: "POST",
    path: `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`,
    body: {
      metadata: { name: "web" },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:1" }] } },
        ...more,
      },
    },
  });
  return { kind, namespace, name: "web" } as const;
}

test("a rollout that would be waited for in vain is told as such", async () => {
  const signal = AbortSignal.timeout(30_000);
  const paused = await workload("Deployment", { paused: true });
  const onDelete = await workload("StatefulSet", {
    serviceName: "web",
    updateStrategy: { type: "OnDelete" },
  });
  const held = await workload("StatefulSet", {
    serviceName: "web",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } },
  });
  for (const each of [paused, onDelete, held]) {
    expect(await cluster.client.followRollout(each, { signal })).toMatchObject({ state: "failed" });
  }
});

test("a rollout is followed across a cluster that cannot be reached for a while", async () => {
  const each = await workload("Deployment", { template: unschedulable });
  using proxy = faultProxy(cluster.connection);
  const seen: string[] = [];
  const signal = AbortSignal.timeout(30_000);
  const following = openCluster(proxy.connection).followRollout(each, {
    signal,
    onProgress: (message) => {
      seen.push(message);
      if (seen.length > 1) return;
      let refusals = 0;
      proxy.fault = () => {
        refusals += 1;
        if (refusals > 3) proxy.fault = () => undefined;
        if (refusals === 3) void scaleToNothing(each.namespace);
        return Response.json({ message: "starting" }, { status: 503 });
      };
      proxy.end("orderly");
    },
  });
  expect(await following).toMatchObject({ state: "done" });
});

test("a workload that is gone ends the wait", async () => {
  const { name: namespace } = await cluster.newNamespace();
  const gone = { kind: "Deployment", namespace, name: "gone" } as const;
  await expect(cluster.client.followRollout(gone, { signal: AbortSignal.timeout(5_000) })).rejects.toThrow(
    /not found/,
  );
});

const unschedulable = {
  metadata: { labels: { app: "web" } },
  spec: { nodeSelector: { "platz.test/nowhere": "true" }, containers: [{ name: "app", image: "app:1" }] },
};

const scaleToNothing = (namespace: string) =>
  cluster.call({
    method: "PATCH",
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/web`,
    contentType: "application/merge-patch+json",
    body: { spec: { replicas: 0 } },
  });
