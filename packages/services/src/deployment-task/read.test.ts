import { afterAll, beforeAll, expect, test } from "bun:test";
import { taskLogs } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { NotFound } from "@platz/domain";
import { createDeployment } from "../deployment/create.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTestWorld, endTask, type TestWorld, tasksOf } from "../testing.ts";
import { getDeploymentTask } from "./get.ts";
import { listDeploymentTasks } from "./list.ts";
import { readTaskLog } from "./log.ts";
import { requestDeploymentTask } from "./request.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const paint = { kind: "InvokeAction", actionId: "paint", body: { coats: 7 } } as const;
const reinstall = { kind: "Reinstall", reason: "to be sure" } as const;

test("a waiting task says behind which one it waits", async () => {
  const { id, version } = await createDeployment(world.owner, world.newDeployment());
  await updateDeployment(world.owner, { id, version, config: { size: 2 } });
  const [, upgrade] = await tasksOf(db, id);
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
  await endTask(db, taskId, "Done");
  const last = await readTaskLog(world.member, { id: taskId, afterSeq: second.afterSeq, limit: 2 });
  expect(last).toMatchObject({ chunks: [{ seq: 3 }], isComplete: true });
  await expect(readTaskLog(world.stranger, { id: taskId, afterSeq: -1, limit: 2 })).rejects.toThrow(NotFound);
});

test("a task's inputs are for those who may change the deployment", async () => {
  const { id, version } = await world.installed({ config: { size: 1, pin: "hidden-pin" } });
  await updateDeployment(world.owner, { id, version, config: { size: 1, pin: "hidden-too" } });
  await requestDeploymentTask(world.owner, { deploymentId: id, operation: paint });
  for (const { id: taskId } of await tasksOf(db, id)) {
    const shown = await getDeploymentTask(world.member, taskId);
    expect(shown.inputsAreHidden).toBe(true);
    expect(JSON.stringify(shown)).not.toMatch(/hidden-|coats/);
    const full = await getDeploymentTask(world.maintainer, taskId);
    expect(JSON.stringify(full)).toMatch(/hidden-|coats/);
  }
});
