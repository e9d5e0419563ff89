import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentResources, deployments, deploymentTasks, k8sResources, taskLogs } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { DeploymentId, DeploymentTaskId, Json } from "@platz/domain";
import { eq } from "drizzle-orm";
import type { ServiceContext } from "../context.ts";
import { getDeployment } from "../deployment/get.ts";
import { listDeployments } from "../deployment/list.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createDeploymentResource } from "../deployment-resource/create.ts";
import { getDeploymentResource } from "../deployment-resource/get.ts";
import { listDeploymentResources } from "../deployment-resource/list.ts";
import { getDeploymentTask } from "../deployment-task/get.ts";
import { listDeploymentTasks } from "../deployment-task/list.ts";
import { readTaskLog } from "../deployment-task/log.ts";
import { requestDeploymentTask } from "../deployment-task/request.ts";
import { getK8sResource } from "../k8s-resource/get.ts";
import { listK8sResources } from "../k8s-resource/list.ts";
import { listStatusChanges } from "../reported-status/list-changes.ts";
import { reportStatus } from "../reported-status/report-status.ts";
import { createSecret } from "../secret/create.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestResource,
  insertTestResourceType,
  type TestWorld,
  tasksOf,
  testActions,
} from "../testing.ts";
import { KEPT_BACK } from "./may-read-details.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const detail = "detail-4711";
const page = { page: 1, perPage: 100 };

/** Lets everything that can be said of a deployment say the detail: task, log, reason, status, workload, resource. */
async function talkative(id: DeploymentId) {
  const [task] = await tasksOf(db, id);
  if (!task) throw new Error("no task");
  await db.insert(taskLogs).values({ taskId: task.id, seq: 0, text: `notes: ${detail}\n` });
  await db
    .update(deploymentTasks)
    .set({ reason: detail, status: "Pending", attempt: 1, executeAt: new Date(Date.now() + 60_000) })
    .where(eq(deploymentTasks.id, task.id));
  const reported = (content: Json, error: string | null) => ({
    timestamp: "2030-01-01T00:00:00.000Z",
    get_successful: error === null,
    content,
    error,
  });
  const status = { name: "Idle", color: "success" };
  await reportStatus(db, id, reported(null, detail));
  await reportStatus(db, id, reported({ status, notices: [{ level: "Info", text: detail }] }, null));
  await db.update(deployments).set({ reason: detail }).where(eq(deployments.id, id));
  const workload = await insertTestResource(db, { deploymentId: id, clusterId: world.cluster.id });
  await db
    .update(k8sResources)
    .set({ metadata: { labels: { app: "web" }, annotations: { said: detail } } })
    .where(eq(k8sResources.id, workload));
  const { id: typeId } = await insertTestResourceType(db, { envId: world.env.id, kindId: world.kind.id });
  const resource = await createDeploymentResource(world.owner, {
    typeId,
    deploymentId: id,
    name: "one",
    props: { size: 1 },
    syncStatus: "Creating",
  });
  await db
    .update(deploymentResources)
    .set({ syncReason: detail })
    .where(eq(deploymentResources.id, resource.id));
  return { taskId: task.id, workload, resource: resource.id };
}

/** Everything that a caller can read of it. */
function readings(id: DeploymentId, said: Awaited<ReturnType<typeof talkative>>) {
  const { taskId, workload, resource } = said;
  const of = { deploymentId: id, page };
  return {
    "deployments.get": (caller: ServiceContext) => getDeployment(caller, id),
    "deployments.list": (caller: ServiceContext) => listDeployments(caller, { kindId: world.kind.id, page }),
    "deployments.statusChanges": (caller: ServiceContext) => listStatusChanges(caller, of),
    "deploymentTasks.get": (caller: ServiceContext) => getDeploymentTask(caller, taskId),
    "deploymentTasks.list": (caller: ServiceContext) =>
      listDeploymentTasks(caller, { ...of, showFuture: true }),
    "deploymentTasks.log": (caller: ServiceContext) =>
      readTaskLog(caller, { id: taskId as DeploymentTaskId, afterSeq: -1, limit: 10 }),
    "k8sResources.get": (caller: ServiceContext) => getK8sResource(caller, workload),
    "k8sResources.list": (caller: ServiceContext) => listK8sResources(caller, of),
    "deploymentResources.get": (caller: ServiceContext) => getDeploymentResource(caller, resource),
    "deploymentResources.list": (caller: ServiceContext) => listDeploymentResources(caller, of),
  };
}

async function who(id: DeploymentId) {
  return {
    kept: { member: world.member, "its own token": await world.as({ kind: "Deployment", id }) },
    told: {
      maintainer: world.maintainer,
      owner: world.owner,
      "owner bot": world.ownerBot,
      "env admin": world.envAdmin,
      "site admin": world.siteAdmin,
    },
  };
}

/** Who reads the detail where, as lines; nothing is asked of those who may. */
async function readers(id: DeploymentId, callers: Readonly<Record<string, ServiceContext>>) {
  const found: string[] = [];
  const said = await talkative(id);
  for (const [door, read] of Object.entries(readings(id, said))) {
    for (const [name, caller] of Object.entries(callers)) {
      if (JSON.stringify(await read(caller)).includes(detail)) found.push(`${door} by ${name}`);
    }
  }
  return { found, said };
}

const secretHolders: Record<string, () => Promise<DeploymentId>> = {
  "a sealed input": async () => (await world.installed({ config: { size: 1, pin: "p-1147" } })).id,
  "a sealed input that it has no more": async () => {
    const { id, version } = await world.installed({ config: { size: 1, pin: "p-1147" } });
    await updateDeployment(world.owner, { id, version, config: { size: 1 } });
    return id;
  },
  "an override": async () => (await world.installed({ valuesOverride: { a: 1 } })).id,
  "a secret that its inputs name": async () => {
    const { id: vault } = await createSecret(world.envAdmin, {
      envId: world.env.id,
      collection: "c",
      name: crypto.randomUUID(),
      contents: "s",
    });
    return (await world.installed({ config: { size: 1, vault } })).id;
  },
  "a secret in the body of an action": async () => {
    const secretly = JSON.parse(
      JSON.stringify(testActions).replace('"label":"Coats"', '"label":"C","sensitive":true'),
    );
    const chart = await insertTestChart(db, world.kind.id, { actionsSchema: secretly });
    const { id: deploymentId } = await world.installed({ helmChartId: chart.id });
    await requestDeploymentTask(world.maintainer, {
      deploymentId,
      operation: { kind: "InvokeAction", actionId: "paint", body: { coats: 5 } },
    });
    return deploymentId;
  },
  "a secret property of a resource": async () => {
    const { id: deploymentId } = await world.installed();
    const { id: typeId } = await insertTestResourceType(db, { envId: world.env.id, kindId: world.kind.id });
    const props = { size: 1, key: "k-1147" };
    await createDeploymentResource(world.owner, {
      typeId,
      deploymentId,
      name: "two",
      props,
      syncStatus: "Creating",
    });
    return deploymentId;
  },
};

test.each(Object.entries(secretHolders))(
  "what was logged, answered or given as a reason by a deployment with %s is read by those who may change it",
  async (_, make) => {
    const id = await make();
    const { kept, told } = await who(id);
    const everywhere = Object.keys(readings(id, {} as never)).length;
    expect((await readers(id, kept)).found).toEqual([]);
    await db.delete(taskLogs);
    const { found } = await readers(id, told);
    expect(found.length).toBe(everywhere * Object.keys(told).length);
  },
);

test("others are told the status, and in a sentence that the rest is not for them", async () => {
  const { id } = await world.installed({ config: { size: 1, pin: "p-1147" } });
  const { taskId, workload } = await talkative(id);
  const shown = await getDeployment(world.member, id);
  expect(shown).toMatchObject({ status: "Running", reason: KEPT_BACK });
  expect(shown.reportedStatus?.content).toEqual({ status: { name: "Idle", color: "success" } });
  expect(await getDeploymentTask(world.member, taskId)).toMatchObject({
    status: "Pending",
    reason: KEPT_BACK,
  });
  const log = await readTaskLog(world.member, { id: taskId, afterSeq: -1, limit: 10 });
  expect(log).toMatchObject({ chunks: [], afterSeq: -1, hidden: KEPT_BACK });
  expect((await getK8sResource(world.member, workload)).metadata).toMatchObject({ labels: { app: "web" } });
});

test("of a deployment that has never held a secret every member reads everything", async () => {
  const { id } = await world.installed();
  const { kept } = await who(id);
  const { found } = await readers(id, kept);
  expect(found.length).toBe(Object.keys(readings(id, {} as never)).length * Object.keys(kept).length);
});
