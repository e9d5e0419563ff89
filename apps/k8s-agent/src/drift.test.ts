import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { k8sResources } from "@platz/db/schema";
import type { DeploymentId, Drift } from "@platz/domain";
import { requestDeploymentTask } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { findDrift } from "./clusters/find-drift.ts";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";
import { kubeRequest } from "./testing/kube-request.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "drift-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.app.size }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: "app:1", env: [{name: COLOUR, value: "xyzzy-red"}], resources: {limits: {cpu: 0.5}}}
`;

let version = 0;
async function installed() {
  version += 1;
  const { id: chartId } = await world.chartOf({ version: `1.${version}.0`, templates: { "web.yaml": web } });
  const { id, namespace } = await world.deploy(chartId, { size: 1 });
  await world.settled(id);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
  const patch = (body: object, manager: string, at = path) =>
    kubeRequest(world.connection, { method: "PATCH", path: `${at}?fieldManager=${manager}`, body });
  const setImage = (image: string) =>
    patch({ spec: { template: { spec: { containers: [{ name: "app", image }] } } } }, "kubectl-set");
  return { id, namespace, path, patch, setImage };
}

const REPAIR = "Reinstall the deployment to put it right.";
const driftOf = async (id: DeploymentId) => (await world.deploymentRow(id))?.drift;
const drifted = (id: DeploymentId, kind: Drift["kind"]) =>
  until(async () => {
    const drift = await driftOf(id);
    return drift?.kind === kind ? drift : undefined;
  });
const settledAgain = (id: DeploymentId) => until(async () => (await driftOf(id)) === null);

async function repaired(id: DeploymentId): Promise<void> {
  await requestDeploymentTask(world.owner, {
    deploymentId: id,
    operation: { kind: "Reinstall", reason: "drift" },
  });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  await settledAgain(id);
}

/** What is found right now, of what the last task of the deployment has applied. */
async function foundNow({ id, namespace }: Awaited<ReturnType<typeof installed>>) {
  const applied = (await world.tasks(id)).filter(({ operation }) =>
    /Install|Upgrade|Reinstall/.test(operation.kind),
  );
  const appliedBy = applied.at(-1)?.id ?? null;
  return await findDrift(
    { cluster: world.client },
    { namespace, appliedBy, revision: null },
    AbortSignal.timeout(10_000),
  );
}

test("a workload that was changed by hand is told with its old and new image, and a Reinstall puts it right", async () => {
  const { id, path, setImage } = await installed();
  await setImage("app:2");
  const drift = await drifted(id, "WorkloadChanged");
  expect(drift.what).toContain(
    "Deployment web: spec.template.spec.containers[app].image is app:2 instead of app:1.",
  );
  expect(Date.parse(drift.since)).toBeLessThanOrEqual(Date.now());
  await repaired(id);
  expect(JSON.stringify(await kubeRequest(world.connection, { method: "GET", path }))).not.toContain("app:2");
});

test("what somebody puts right by hand is no drift any more", async () => {
  const { id, patch } = await installed();
  await patch({ spec: { replicas: 3 } }, "kubectl-edit");
  expect((await drifted(id, "WorkloadChanged")).what).toEqual([
    "Deployment web: spec.replicas is 3 instead of 1.",
    REPAIR,
  ]);
  await patch({ spec: { replicas: 1 } }, "kubectl-edit");
  await settledAgain(id);
});

test("of a field that may hold a secret only its name is told", async () => {
  const { id, patch } = await installed();
  const containers = [{ name: "app", image: "app:1", env: [{ name: "COLOUR", value: "xyzzy-blue" }] }];
  await patch({ spec: { template: { spec: { containers } } } }, "kubectl-edit");
  const { what } = await drifted(id, "WorkloadChanged");
  expect(what.join("\n")).toContain(
    "Deployment web: spec.template.spec.containers[app].env[COLOUR].value was changed.",
  );
  expect(what.join("\n")).not.toContain("xyzzy");
});

test("a workload that was deleted, and a release that was, are told, each repaired by a Reinstall", async () => {
  const { id, namespace, path } = await installed();
  await kubeRequest(world.connection, { method: "DELETE", path });
  expect((await drifted(id, "WorkloadChanged")).what).toEqual(["Deployment web is gone.", REPAIR]);
  await repaired(id);
  const secrets = `/api/v1/namespaces/${namespace}/secrets?labelSelector=owner%3Dhelm`;
  await kubeRequest(world.connection, { method: "DELETE", path: secrets });
  expect((await drifted(id, "ReleaseGone")).what).toEqual([
    `The release ${namespace} is not on its cluster any more.`,
    REPAIR,
  ]);
  await kubeRequest(world.connection, { method: "DELETE", path });
  await repaired(id);
});

test("a revision that somebody made with Helm by hand is told, and a Reinstall takes its place", async () => {
  const { id, namespace } = await installed();
  const folder = await mkdtemp(join(tmpdir(), "by-hand-"));
  await using _removed = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await writeFile(join(folder, "Chart.yaml"), "apiVersion: v2\nname: by-hand\nversion: 9.9.9\n");
  const run = Bun.spawn(
    [
      world.environment.PLATZ_HELM_BIN,
      "upgrade",
      namespace,
      folder,
      "--namespace",
      namespace,
      "--kubeconfig",
      world.adminKubeconfig,
    ],
    { stdout: "ignore", stderr: "ignore" },
  );
  expect(await run.exited).toBe(0);
  expect((await drifted(id, "ReleaseChanged")).what).toEqual([
    "Revision 2 of the release (deployed) was not made by Platz.",
    REPAIR,
  ]);
  await repaired(id);
});

test("what Platz does itself is no drift: upgrades, restarts, and an autoscaler's replicas neither", async () => {
  const all = await installed();
  const { id, path, patch } = all;
  expect(await foundNow(all)).toBeUndefined();
  await world.edit(id, { config: { size: 2 } });
  await world.settled(id);
  const resource = await until(async () =>
    (await world.db.select().from(k8sResources).where(eq(k8sResources.deploymentId, id))).find(
      ({ kind }) => kind === "Deployment",
    ),
  );
  const operation = { kind: "RestartK8sResource", resourceId: resource.id } as const;
  await requestDeploymentTask(world.owner, { deploymentId: id, operation });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  expect(await foundNow(all)).toBeUndefined();
  await patch({ spec: { replicas: 4 } }, "kube-controller-manager", `${path}/scale`);
  expect(await foundNow(all)).toBeUndefined();
  await patch({ spec: { replicas: 5 } }, "kubectl", `${path}/scale`);
  expect(await foundNow(all)).toMatchObject({ kind: "WorkloadChanged" });
});

test("a deployment that is not running has no drift", async () => {
  const { id, setImage } = await installed();
  await setImage("app:2");
  await drifted(id, "WorkloadChanged");
  await world.edit(id, { enabled: false });
  await world.settled(id);
  await settledAgain(id);
});
