import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Forbidden, NotFound } from "@platz/domain";
import { createDeployment } from "../deployment/create.ts";
import { deleteDeployment } from "../deployment/delete.ts";
import { getDeployment } from "../deployment/get.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTestWorld, endTask, startTask, type TestWorld, tasksOf } from "../testing.ts";
import { cancelDeploymentTask } from "./cancel.ts";
import { listDeploymentTasks } from "./list.ts";
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
const reinstall = { kind: "Reinstall", reason: "to be sure" } as const;

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
  await startTask(db, taskId);
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
  const [, recreate] = await tasksOf(db, id);
  await expect(cancelDeploymentTask(world.owner, { id: recreate?.id as never })).rejects.toThrow("old name");
});

test("a failed Install is retried with what is saved now", async () => {
  const { id, version } = await createDeployment(world.owner, world.newDeployment({ config: { size: 1 } }));
  await updateDeployment(world.owner, { id, version, config: { size: 2 } });
  const tasks = await tasksOf(db, id);
  for (const task of tasks) await endTask(db, task.id, "Failed");
  const [retried] = await retryDeploymentTask(world.maintainer, tasks[0]?.id as never);
  expect(retried?.operation).toMatchObject({ kind: "Install", configInputs: { size: 2 } });
});

test("a task that has not failed is not retried, nor one beside a task that is still to run", async () => {
  const { id } = await world.installed();
  const task = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  await expect(retryDeploymentTask(world.maintainer, task.id)).rejects.toThrow("failed or was canceled");
  await endTask(db, task.id, "Failed");
  const other = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: paint({ coats: 1 }),
  });
  await expect(retryDeploymentTask(world.maintainer, task.id)).rejects.toThrow("still has a waiting");
  await endTask(db, other.id, "Done");
  expect(await retryDeploymentTask(world.maintainer, task.id)).toMatchObject([
    { operation: { kind: "Upgrade" } },
  ]);
});

test("an old Uninstall cannot be retried once the deployment is on again", async () => {
  const { id, version } = await world.installed();
  const disabled = await updateDeployment(world.owner, { id, version, enabled: false });
  const [, uninstall] = await tasksOf(db, id);
  await endTask(db, uninstall?.id as never, "Failed");
  expect(await retryDeploymentTask(world.owner, uninstall?.id as never)).toHaveLength(1);
  const enabled = await updateDeployment(world.owner, { id, version: disabled.version, enabled: true });
  expect(enabled.enabled).toBe(true);
  for (const task of await tasksOf(db, id)) {
    await endTask(db, task.id, "Failed");
  }
  await expect(retryDeploymentTask(world.owner, uninstall?.id as never)).rejects.toThrow("changed since");
});
