import { afterAll, beforeAll, expect, test } from "bun:test";
import { type TestCluster, testCluster } from "./testing/test-cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await testCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** A pod that no node takes, with such a status. */
async function makePod(namespace: string, name: string, status?: object): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const containers = [{ name: "main", image: "none" }];
  const initContainers = [{ name: "first", image: "none" }];
  await cluster.call({
    method: "POST",
    path,
    body: { metadata: { name }, spec: { nodeSelector: { nowhere: "yes" }, containers, initContainers } },
  });
  if (status === undefined) return;
  const contentType = "application/merge-patch+json";
  await cluster.call({ method: "PATCH", path: `${path}/${name}/status`, contentType, body: { status } });
}

const known = { image: "none", imageID: "none" };
const at = "2026-01-01T00:00:00Z";

test("a pod is told with its containers, what they do, and whether there is a run before", async () => {
  const { name: namespace } = await cluster.newNamespace();
  await makePod(namespace, "waits");
  await makePod(namespace, "loops", {
    phase: "Running",
    initContainerStatuses: [
      {
        ...known,
        name: "first",
        ready: true,
        restartCount: 0,
        state: { terminated: { exitCode: 0, reason: "Completed", startedAt: at, finishedAt: at } },
      },
    ],
    containerStatuses: [
      {
        ...known,
        name: "main",
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: "CrashLoopBackOff", message: `back-off ${"x".repeat(5_000)}` } },
        lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: at, finishedAt: at } },
      },
    ],
  });
  const { pods, isComplete } = await cluster.client.listPods(namespace);
  expect(isComplete).toBe(true);
  const of = (name: string) => pods.find((pod) => pod.name === name);
  const asleep = { ready: false, restarts: 0, state: "not started", hasPrevious: false };
  expect(of("waits")).toMatchObject({ phase: "Pending", nodeName: null });
  expect(of("waits")?.containers).toEqual([
    { name: "first", isInit: true, ...asleep },
    { name: "main", isInit: false, ...asleep },
  ]);
  const [first, main] = of("loops")?.containers ?? [];
  expect(first).toMatchObject({
    state: "ended with exit code 0 (Completed)",
    ready: true,
    hasPrevious: false,
  });
  expect(main).toMatchObject({ ready: false, restarts: 7, hasPrevious: true });
  expect(main?.state).toStartWith("waiting (CrashLoopBackOff: back-off xxx");
  expect(main?.state.length).toBeLessThan(1_100);
});

test("events are told with the latest first, by whichever of their times says so, and no more than can be read", async () => {
  const { name: namespace } = await cluster.newNamespace();
  const path = `/api/v1/namespaces/${namespace}/events`;
  const involvedObject = { kind: "Pod", namespace, name: "shop" };
  const make = (name: string, more: object) =>
    cluster.call({
      method: "POST",
      path,
      body: { metadata: { name }, involvedObject, type: "Normal", reason: name, ...more },
    });
  const minute = (n: number) => `2026-01-01T00:${String(n).padStart(2, "0")}:00Z`;
  await make("old", { firstTimestamp: minute(1), lastTimestamp: minute(1), message: "x".repeat(1_020) });
  await make("series", {
    eventTime: "2026-01-01T00:02:00.000000Z",
    series: { count: 9, lastObservedTime: "2026-01-01T00:30:00.000000Z" },
    action: "Scaled",
    reportingComponent: "platz.test/c",
    reportingInstance: "c-1",
  });
  await make("loud", { type: "Warning", lastTimestamp: minute(20), count: 3, message: "Probe failed" });
  const { events, isComplete } = await cluster.client.listEvents(namespace);
  expect(isComplete).toBe(true);
  expect(events.map(({ reason, count, isWarning }) => [reason, count, isWarning])).toEqual([
    ["series", 9, false],
    ["loud", 3, true],
    ["old", 1, false],
  ]);
  expect(events[1]).toMatchObject({ message: "Probe failed", kind: "Pod", name: "shop" });
  expect(events[2]?.message.length).toBeLessThan(1_010);

  await Promise.all(
    Array.from({ length: 600 }, (_, n) => make(`many-${n}`, { lastTimestamp: minute(n % 10) })),
  );
  const many = await cluster.client.listEvents(namespace);
  expect(many.isComplete).toBe(false);
  expect(many.events).toHaveLength(200);
  expect(many.events[0]?.reason).toBe("series");
}, 30_000);

test("a namespace with nothing in it, and one that is not there, have no pods and no events", async () => {
  const { name } = await cluster.newNamespace();
  expect(await cluster.client.listPods(name)).toEqual({ pods: [], isComplete: true });
  expect(await cluster.client.listPods(`${name}-gone`)).toEqual({ pods: [], isComplete: true });
  expect(await cluster.client.listEvents(`${name}-gone`)).toEqual({ events: [], isComplete: true });
});
