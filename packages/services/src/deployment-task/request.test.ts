import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, deploymentTasks, k8sResources, taskLogs } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  type DeploymentId,
  Forbidden,
  Invalid,
  K8sResourceId,
  type K8sResourceKind,
  NotFound,
  PreconditionFailed,
} from "@platz/domain";
import { eq } from "drizzle-orm";
import { createDeployment } from "../deployment/create.ts";
import { deleteDeployment } from "../deployment/delete.ts";
import { getDeployment } from "../deployment/get.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { cancelDeploymentTask } from "./cancel.ts";
import { getDeploymentTask } from "./get.ts";
import { listDeploymentTasks } from "./list.ts";
import { readTaskLog } from "./log.ts";
import { requestDeploymentTask } from "./request.ts";
import { retryDeploymentTask } from "./retry.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const paint = (body: unknown) => ({ kind: "InvokeAction", actionId: "paint", body: body as never }) as const;
const wipe = { kind: "InvokeAction", actionId: "wipe", body: {} } as const;
const reinstall = { kind: "Reinstall", reason: "to be sure" } as const;

async function insertResource(deploymentId: DeploymentId, kind: K8sResourceKind) {
  const id = K8sResourceId.parse(crypto.randomUUID());
  await db.insert(k8sResources).values({
    id,
    clusterId: world.cluster.id,
    deploymentId,
    kind,
    apiVersion: "apps/v1",
    name: `the-${kind.toLowerCase()}`,
    statusColor: ["success"],
    metadata: {},
  });
  return id;
}

async function endTask(id: string, status: "Failed" | "Done") {
  await db
    .update(deploymentTasks)
    .set({ status, finishedAt: new Date() })
    .where(eq(deploymentTasks.id, id as never));
}

/** As an agent's claim would leave it. */
async function startTask(id: string) {
  await db
    .update(deploymentTasks)
    .set({
      status: "Started",
      startedAt: new Date(),
      fence: 1,
      leaseExpiresAt: new Date(Date.now() + 60_000),
    })
    .where(eq(deploymentTasks.id, id as never));
}

test("a maintainer invokes an action that the chart allows maintainers", async () => {
  const { id } = await world.installed();
  const task = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: paint({ coats: 2 }),
  });
  expect(task).toMatchObject({
    status: "Pending",
    operation: { kind: "InvokeAction", helmChartId: world.chart.id, actionId: "paint", body: { coats: 2 } },
  });
});

test("a deployment invokes actions in its own env as a maintainer would, and in no other", async () => {
  const { id } = await world.installed();
  const self = await world.as({ kind: "Deployment", id });
  await requestDeploymentTask(self, { deploymentId: id, operation: paint({ coats: 2 }) });
  await expect(requestDeploymentTask(self, { deploymentId: id, operation: wipe })).rejects.toThrow(Forbidden);
  const elsewhere = await createTestWorld(db);
  const other = await elsewhere.installed();
  await expect(
    requestDeploymentTask(self, { deploymentId: other.id, operation: paint({ coats: 2 }) }),
  ).rejects.toThrow(NotFound);
});

test("an action for owners is refused to maintainers", async () => {
  const { id } = await world.installed();
  await expect(
    requestDeploymentTask(world.maintainer, { deploymentId: id, operation: wipe }),
  ).rejects.toThrow(Forbidden);
  await requestDeploymentTask(world.owner, { deploymentId: id, operation: wipe });
});

test("an action limited to a status is refused while the deployment reports another one", async () => {
  const { id } = await world.installed();
  const report = (name: string) =>
    db
      .update(deployments)
      .set({
        reportedStatus: {
          timestamp: new Date().toISOString(),
          get_successful: true,
          content: { status: { name, color: "primary" } },
          error: null,
        },
      })
      .where(eq(deployments.id, id));
  await report("Busy");
  const error = await requestDeploymentTask(world.owner, { deploymentId: id, operation: wipe }).catch(
    (e) => e,
  );
  expect(error).toBeInstanceOf(PreconditionFailed);
  expect(error.message).toContain("Idle");
  await report("Idle");
  await requestDeploymentTask(world.owner, { deploymentId: id, operation: wipe });
});

test.each([[{}], [{ coats: "two" }], ["coats"]])(
  "the inputs %p do not fit the action's form, which names the field",
  async (body) => {
    const { id } = await world.installed();
    const error = await requestDeploymentTask(world.maintainer, {
      deploymentId: id,
      operation: paint(body),
    }).catch((e) => e);
    expect(error).toBeInstanceOf(Invalid);
    expect(error.message).toMatch(/body(\.coats)?: /);
  },
);

test("an action that the chart does not have is not found", async () => {
  const { id } = await world.installed();
  const operation = { kind: "InvokeAction", actionId: "fly", body: {} } as const;
  await expect(requestDeploymentTask(world.owner, { deploymentId: id, operation })).rejects.toThrow(NotFound);
});

test("nothing is asked of a deployment that is disabled or being deleted", async () => {
  const { id, version } = await world.installed();
  await updateDeployment(world.owner, { id, version, enabled: false });
  await expect(
    requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall }),
  ).rejects.toThrow("is disabled");
  await deleteDeployment(world.owner, id);
  await expect(
    requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall }),
  ).rejects.toThrow("being deleted");
});

test.each(["Deployment", "StatefulSet", "Pod"] as const)(
  "a %s of the deployment is restarted by name",
  async (kind) => {
    const { id } = await world.installed();
    const resourceId = await insertResource(id, kind);
    const operation = { kind: "RestartK8sResource", resourceId } as const;
    const task = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation });
    expect(task.operation).toMatchObject({ resourceId, resourceName: `the-${kind.toLowerCase()}` });
  },
);

test("a Job is not restarted, nor a workload of another deployment", async () => {
  const { id } = await world.installed();
  const other = await world.installed();
  const job = { kind: "RestartK8sResource", resourceId: await insertResource(id, "Job") } as const;
  await expect(requestDeploymentTask(world.owner, { deploymentId: id, operation: job })).rejects.toThrow(
    "cannot be restarted",
  );
  const foreign = {
    kind: "RestartK8sResource",
    resourceId: await insertResource(other.id, "Deployment"),
  } as const;
  await expect(requestDeploymentTask(world.owner, { deploymentId: id, operation: foreign })).rejects.toThrow(
    NotFound,
  );
});

test("a Reinstall that is asked for twice is one task with both reasons", async () => {
  const { id } = await world.installed();
  const first = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  const again = { ...reinstall, reason: "once more" };
  const second = await requestDeploymentTask(world.owner, { deploymentId: id, operation: again });
  expect(second.id).toBe(first.id);
  expect(second.operation).toMatchObject({ reason: "to be sure; once more" });
});

test("a Reinstall that runs already is not joined: it may have read the old values", async () => {
  const { id } = await world.installed();
  const first = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  await startTask(first.id);
  const second = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  expect(second.id).not.toBe(first.id);
});

test("a deployment that was never installed is not reinstalled", async () => {
  const { id } = await createDeployment(world.owner, world.newDeployment());
  await expect(
    requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall }),
  ).rejects.toThrow(PreconditionFailed);
});

test("a waiting task is canceled at once, by whom is written down", async () => {
  const { id } = await world.installed();
  const { id: taskId } = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: reinstall,
  });
  const canceled = await cancelDeploymentTask(world.owner, { id: taskId });
  expect(canceled).toMatchObject({
    status: "Canceled",
    canceledByUserId: world.owner.identity.id as never,
    reason: `Canceled by ${world.owner.scope.label} before it started.`,
  });
  expect(canceled.finishedAt).not.toBeNull();
  await expect(cancelDeploymentTask(world.owner, { id: taskId })).rejects.toThrow("has ended already");
});

test("a running task is asked to stop, and goes on being Started until its agent has stopped it", async () => {
  const { id } = await world.installed();
  const { id: taskId } = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: reinstall,
  });
  await startTask(taskId);
  const task = await cancelDeploymentTask(world.maintainer, { id: taskId });
  expect(task).toMatchObject({ status: "Started", finishedAt: null });
  expect(task.cancelRequestedAt).not.toBeNull();
});

test("what others asked for is canceled by maintainers alone, what one asked for oneself always", async () => {
  const { id } = await world.installed();
  const { id: taskId } = await requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall });
  await expect(cancelDeploymentTask(world.member, { id: taskId })).rejects.toThrow(Forbidden);
  await expect(cancelDeploymentTask(world.stranger, { id: taskId })).rejects.toThrow(NotFound);
  await expect(cancelDeploymentTask(world.bot, { id: taskId })).rejects.toThrow(NotFound);
  const self = await world.as({ kind: "Deployment", id });
  await expect(cancelDeploymentTask(self, { id: taskId })).rejects.toThrow(Forbidden);
  const own = await requestDeploymentTask(self, { deploymentId: id, operation: paint({ coats: 1 }) });
  expect(await cancelDeploymentTask(self, { id: own.id })).toMatchObject({ status: "Canceled" });
});

test("a deletion that has not begun is called off, and can be asked for again", async () => {
  const { id } = await world.installed();
  await deleteDeployment(world.owner, id);
  const page = { page: 1, perPage: 5 };
  const filter = { deploymentId: id, activeOnly: true, showFuture: true };
  const { items } = await listDeploymentTasks(world.owner, { ...filter, page });
  for (const task of items) await cancelDeploymentTask(world.owner, { id: task.id });
  expect(await getDeployment(world.owner, id)).toMatchObject({ status: "Error", enabled: true });
  await deleteDeployment(world.owner, id);
  expect(await getDeployment(world.owner, id)).toMatchObject({ status: "Deleting" });
});

test("a rename that waits is not called off by half", async () => {
  const { id, version } = await world.installed();
  await updateDeployment(world.maintainer, { id, version, name: `x${crypto.randomUUID().slice(0, 6)}` });
  const [recreate] = await db
    .select()
    .from(deploymentTasks)
    .where(eq(deploymentTasks.deploymentId, id))
    .orderBy(deploymentTasks.seq)
    .offset(1);
  await expect(cancelDeploymentTask(world.owner, { id: recreate?.id as never })).rejects.toThrow("old name");
});

test("a failed Install is retried with what is saved now", async () => {
  const { id, version } = await createDeployment(world.owner, world.newDeployment({ config: { size: 1 } }));
  await updateDeployment(world.owner, { id, version, config: { size: 2 } });
  const tasks = await db.select().from(deploymentTasks).where(eq(deploymentTasks.deploymentId, id));
  for (const task of tasks) await endTask(task.id, "Failed");
  const [retried] = await retryDeploymentTask(world.maintainer, tasks[0]?.id as never);
  expect(retried?.operation).toMatchObject({ kind: "Install", configInputs: { size: 2 } });
});

test("a task that has not failed is not retried, nor one beside a task that is still to run", async () => {
  const { id } = await world.installed();
  const task = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  await expect(retryDeploymentTask(world.maintainer, task.id)).rejects.toThrow("failed or was canceled");
  await endTask(task.id, "Failed");
  const other = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: paint({ coats: 1 }),
  });
  await expect(retryDeploymentTask(world.maintainer, task.id)).rejects.toThrow("still has a waiting");
  await endTask(other.id, "Done");
  expect(await retryDeploymentTask(world.maintainer, task.id)).toMatchObject([
    { operation: { kind: "Upgrade" } },
  ]);
});

test("an old Uninstall cannot be retried once the deployment is on again", async () => {
  const { id, version } = await world.installed();
  const disabled = await updateDeployment(world.owner, { id, version, enabled: false });
  const [, uninstall] = await db
    .select()
    .from(deploymentTasks)
    .where(eq(deploymentTasks.deploymentId, id))
    .orderBy(deploymentTasks.seq);
  await endTask(uninstall?.id ?? "", "Failed");
  expect(await retryDeploymentTask(world.owner, uninstall?.id as never)).toHaveLength(1);
  const enabled = await updateDeployment(world.owner, { id, version: disabled.version, enabled: true });
  expect(enabled.enabled).toBe(true);
  for (const task of await db.select().from(deploymentTasks).where(eq(deploymentTasks.deploymentId, id))) {
    await endTask(task.id, "Failed");
  }
  await expect(retryDeploymentTask(world.owner, uninstall?.id as never)).rejects.toThrow("changed since");
});

test("a waiting task says behind which one it waits", async () => {
  const { id, version } = await createDeployment(world.owner, world.newDeployment());
  await updateDeployment(world.owner, { id, version, config: { size: 2 } });
  const [, upgrade] = await db
    .select()
    .from(deploymentTasks)
    .where(eq(deploymentTasks.deploymentId, id))
    .orderBy(deploymentTasks.seq);
  const task = await getDeploymentTask(world.member, upgrade?.id as never);
  expect(task.waitingFor).toStartWith(
    `It waits for the Install that ${world.owner.scope.label} asked for at `,
  );
});

test("a list of tasks carries no inputs", async () => {
  const { id } = await world.installed({ valuesOverride: { deep: "secret-override" } });
  const list = await listDeploymentTasks(world.member, {
    deploymentId: id,
    showFuture: true,
    page: { page: 1, perPage: 5 },
  });
  expect(list.items).toHaveLength(1);
  expect(list.items[0]?.operation).toEqual({ kind: "Install", helmChartId: world.chart.id });
  expect(JSON.stringify(list)).not.toContain("secret-override");
});

test("a log is read piece by piece without gap or repeat, until its task has ended", async () => {
  const { id } = await world.installed();
  const { id: taskId } = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: reinstall,
  });
  const write = (seq: number) => db.insert(taskLogs).values({ taskId, seq, text: `line ${seq}\n` });
  for (const seq of [0, 1, 2]) await write(seq);
  const first = await readTaskLog(world.member, { id: taskId, afterSeq: -1, limit: 2 });
  expect(first).toMatchObject({ afterSeq: 1, isComplete: false });
  const second = await readTaskLog(world.member, { id: taskId, afterSeq: first.afterSeq, limit: 2 });
  expect(second).toMatchObject({ chunks: [{ seq: 2 }], afterSeq: 2, isComplete: false });
  await write(3);
  await endTask(taskId, "Done");
  const last = await readTaskLog(world.member, { id: taskId, afterSeq: second.afterSeq, limit: 2 });
  expect(last).toMatchObject({ chunks: [{ seq: 3 }], isComplete: true });
  await expect(readTaskLog(world.stranger, { id: taskId, afterSeq: -1, limit: 2 })).rejects.toThrow(NotFound);
});
