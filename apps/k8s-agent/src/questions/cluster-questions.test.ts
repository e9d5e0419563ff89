import { afterAll, beforeAll, expect, test } from "bun:test";
import { clusterQuestions, k8sClusters } from "@platz/db/schema";
import { type DeploymentId, POD_LOG_BYTES_MAX, PodLogRequest } from "@platz/domain";
import { askCluster, listPodEvents, listPods, readPodLog } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld, until } from "../testing/agent-world.ts";

const log = createLogger({ name: "questions-test", level: "fatal" });

/** A pod of one script, on the node whose pods run. */
const podOf = (name: string, script: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  restartPolicy: OnFailure
  terminationGracePeriodSeconds: 1
  nodeSelector: {platz.test/runs-pods: "true"}
  tolerations: [{key: platz.test/runs-pods, operator: Exists}]
  containers:
    - name: main
      image: none
      command: [sh, -c, ${JSON.stringify(script)}]
      volumeMounts: [{name: state, mountPath: /state}]
  volumes: [{name: state, emptyDir: {}}]
`;

let world: AgentWorld;
let agent: AsyncDisposable;
let id: DeploymentId;
let namespace: string;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log });
  const chart = await world.chartOf({
    templates: {
      "talks.yaml": podOf("talks", "for i in 1 2 3 4 5; do echo line $i; done; sleep 600"),
      "floods.yaml": podOf(
        "floods",
        "head -c 3000000 /dev/zero | tr '\\0' x | fold -w 1000; echo; echo the end; sleep 600",
      ),
      "fails.yaml": podOf(
        "fails",
        "if [ -e /state/ran ]; then echo second; sleep 600; else echo first; : > /state/ran; exit 3; fi",
      ),
    },
  });
  ({ id, namespace } = await world.deploy(chart.id));
  await world.settled(id);
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const logOf = (pod: string, more: object = {}) =>
  readPodLog(world.maintainer, PodLogRequest.parse({ deploymentId: id, pod, ...more }));

test("a maintainer sees the pods with their containers, and what these are doing", async () => {
  const found = await until(async () => {
    const { pods } = await listPods(world.maintainer, id);
    return pods.find(({ name, phase }) => name === "talks" && phase === "Running");
  });
  expect(found).toMatchObject({
    nodeName: expect.any(String),
    containers: [
      { name: "main", isInit: false, ready: true, restarts: 0, state: "running", hasPrevious: false },
    ],
  });
});

test("the log is its last lines, with their times if asked for, and says whether there is more", async () => {
  await until(async () => (await logOf("talks")).text.includes("line 5"));
  expect(await logOf("talks")).toEqual({
    text: "line 1\nline 2\nline 3\nline 4\nline 5\n",
    isComplete: true,
  });
  expect(await logOf("talks", { container: "main", lines: 2 })).toEqual({
    text: "line 4\nline 5\n",
    isComplete: false,
  });
  expect((await logOf("talks", { lines: 1, timestamps: true })).text).toMatch(
    /^\d{4}-\d\d-\d\dT\S+Z line 5\n$/,
  );
});

test("of a flood the end is told, in whole lines, and no more than there is room for", async () => {
  await until(async () => (await logOf("floods", { lines: 1 })).text === "the end\n");
  const { text, isComplete } = await logOf("floods", { lines: 5_000 });
  expect(isComplete).toBe(false);
  expect(text.length).toBeLessThanOrEqual(POD_LOG_BYTES_MAX);
  expect(text.length).toBeGreaterThan(POD_LOG_BYTES_MAX - 2_000);
  expect(text).toEndWith("x\nthe end\n");
});

test("of a container that was restarted the log of the run before is told", async () => {
  await until(async () => (await listPods(world.maintainer, id)).pods.find(isRestarted));
  expect((await logOf("fails", { previous: true })).text).toBe("first\n");
  await until(async () => (await logOf("fails")).text === "second\n");
});
const isRestarted = ({ name, containers }: { name: string; containers: { hasPrevious: boolean }[] }) =>
  name === "fails" && containers[0]?.hasPrevious === true;

test("events are told with the latest first", async () => {
  const { events } = await until(async () => {
    const told = await listPodEvents(world.maintainer, id);
    return told.events.some(({ reason, name }) => reason === "Scheduled" && name === "talks") && told;
  });
  const times = events.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
});

test("a pod, a container or a run that is not there is a sentence", async () => {
  await expect(logOf("gone")).rejects.toThrow("There is no pod gone any more");
  await expect(logOf("talks", { container: "other" })).rejects.toThrow(
    "container other is not valid for pod",
  );
  await expect(logOf("talks", { previous: true })).rejects.toThrow("The cluster refused GET");
});

test("nothing is told of a namespace that is not the deployment's own", async () => {
  const other = await world.deploy((await world.chartOf({ version: "2.0.0" })).id);
  await world.settled(other.id);
  const taken = { kind: "Pods", deploymentId: other.id, namespace } as const;
  await expect(
    askCluster(world.maintainer, { clusterId: world.cluster.id, question: taken }),
  ).rejects.toThrow("is not this deployment's");
});

test("answers are sealed while they wait, and no question stays behind", async () => {
  await Promise.all([logOf("talks"), logOf("talks"), listPods(world.maintainer, id)]);
  expect(await world.db.select().from(clusterQuestions)).toEqual([]);
});

test("where a cluster cannot be used, whoever asks is told why at once", async () => {
  const notOkReason = "The cluster's API server cannot be reached (connection refused).";
  const ofCluster = eq(k8sClusters.id, world.cluster.id);
  await agent[Symbol.asyncDispose]();
  await world.db.update(k8sClusters).set({ isOk: false, notOkReason }).where(ofCluster);
  await expect(listPods(world.maintainer, id)).rejects.toThrow(notOkReason);
  await world.db.update(k8sClusters).set({ isOk: true, notOkReason: null }).where(ofCluster);
  const question = { kind: "Pods", deploymentId: id, namespace } as const;
  await expect(
    askCluster(world.maintainer, { clusterId: world.cluster.id, question, waitMs: 300 }),
  ).rejects.toThrow("No agent answers for the cluster");
  expect(await world.db.select().from(clusterQuestions)).toEqual([]);
});
