import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog, deploymentResources, deploymentResourceTypes, deployments } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type DeploymentId, DeploymentTaskId, type Json, type JsonObject } from "@platz/domain";
import { eq, inArray } from "drizzle-orm";
import { bulkUpgrade } from "../deployment/bulk-upgrade.ts";
import { getDeployment } from "../deployment/get.ts";
import { previewDeployment } from "../deployment/preview.ts";
import { rollbackDeployment } from "../deployment/rollback.ts";
import { updateDeployment } from "../deployment/update.ts";
import { buildActionRequest } from "../deployment/values/build-action-request.ts";
import { buildHelmValues } from "../deployment/values/build-helm-values.ts";
import { createDeploymentResource } from "../deployment-resource/create.ts";
import { updateDeploymentResource } from "../deployment-resource/update.ts";
import { getDeploymentTask } from "../deployment-task/get.ts";
import { requestDeploymentTask } from "../deployment-task/request.ts";
import { retryDeploymentTask } from "../deployment-task/retry.ts";
import {
  createTestWorld,
  endTask,
  insertTestChart,
  insertTestResourceType,
  markInstalled,
  type TestWorld,
  tasksOf,
} from "../testing.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const secret = "hunter2-very-secret";

interface Input {
  readonly id: string;
  readonly type?: string;
  readonly itemType?: string;
  readonly sensitive?: boolean;
}

const formOf = (...inputs: Input[]) => ({
  apiVersion: "platz.io/v1beta1",
  kind: "ValuesUi",
  inputs: inputs.map((input) => ({ type: "text", label: input.id, ...input })),
  outputs: {
    values: inputs.map(({ id }) => ({ path: ["app", id], value: { FieldValue: { input: id } } })),
  },
});

/** A chart that calls the inputs sensitive, and one that does not. */
async function twoCharts(...inputs: Input[]) {
  const strict = formOf(...inputs.map((input) => ({ ...input, sensitive: true })));
  const [first, second] = [
    await insertTestChart(db, world.kind.id, { valuesUi: strict }),
    await insertTestChart(db, world.kind.id, { valuesUi: formOf(...inputs) }),
  ];
  return { first: first.id, second: second.id };
}

/** Everything that the database holds of a deployment, its tasks and its past included, as text. */
async function storedText(id: DeploymentId): Promise<string> {
  const tasks = await tasksOf(db, id);
  const ids = [id, ...tasks.map((task) => task.id)];
  const rows = await db.select().from(deployments).where(eq(deployments.id, id));
  const log = await db.select().from(auditLog).where(inArray(auditLog.entityId, ids));
  return JSON.stringify([rows, tasks, log]);
}

const versionOf = async (id: DeploymentId) => (await getDeployment(world.owner, id)).version;

const ways: Record<string, (id: DeploymentId, helmChartId: never) => Promise<unknown>> = {
  "an edit": async (id, helmChartId) =>
    await updateDeployment(world.maintainer, { id, version: await versionOf(id), helmChartId }),
  "an edit that sends the inputs too": async (id, helmChartId) =>
    await updateDeployment(world.maintainer, {
      id,
      version: await versionOf(id),
      helmChartId,
      config: { password: secret },
    }),
  "an upgrade of many": (id, helmChartId) =>
    bulkUpgrade(world.maintainer, { ids: [id], helmChartId, dryRun: false }),
};

test.each(Object.entries(ways))(
  "what was sealed is nowhere in the open after %s to a chart that does not call it sensitive",
  async (_, upgrade) => {
    const { first, second } = await twoCharts({ id: "password" });
    const { id } = await world.installed({ helmChartId: first, config: { password: secret } });
    await upgrade(id, second as never);
    expect((await getDeployment(world.member, id)).hidden).toEqual(["config.password"]);
    expect(await storedText(id)).not.toContain(secret);
    expect((await getDeployment(world.maintainer, id)).config).toEqual({ password: secret });
  },
);

test("it stays sealed under a chart that has no form at all, and over any number of charts", async () => {
  const { first, second } = await twoCharts({ id: "password" });
  const plain = await insertTestChart(db, world.kind.id, { valuesUi: null });
  const { id } = await world.installed({ helmChartId: first, config: { password: secret } });
  for (const helmChartId of [plain.id, second, plain.id]) {
    await updateDeployment(world.owner, { id, version: await versionOf(id), helmChartId });
  }
  expect(await storedText(id)).not.toContain(secret);
  const task = (await tasksOf(db, id)).at(-1);
  if (!task) throw new Error("no task");
  expect((await buildHelmValues(world.owner, task)).confidential).toContain(secret);
});

test("a new value under a form that calls it none is open, and the log tells neither side of that change", async () => {
  const { first, second } = await twoCharts({ id: "password" });
  const { id } = await world.installed({ helmChartId: first, config: { password: secret } });
  await updateDeployment(world.owner, {
    id,
    version: await versionOf(id),
    helmChartId: second,
    config: { password: "everybody-knows" },
  });
  expect((await getDeployment(world.member, id)).config).toEqual({ password: "everybody-knows" });
  const [entry] = await db
    .select()
    .from(auditLog)
    .where(eq(auditLog.entityId, id))
    .orderBy(auditLog.seq)
    .offset(1);
  expect(entry?.changes?.["config"]).toEqual({
    before: { password: "(secret)" },
    after: { password: "(secret)" },
  });
  expect((await tasksOf(db, id)).at(-1)?.operation).toMatchObject({
    configDelta: { password: ["(secret)", "(secret)"] },
  });
});

const parts: Record<string, { inputs: Input[]; before: JsonObject; after: JsonObject }> = {
  "one item of a list": {
    inputs: [{ id: "keys", type: "array", itemType: "text" }],
    before: { keys: [secret, "second-secret"] },
    after: { keys: ["another", secret] },
  },
  "a part of a text": {
    inputs: [{ id: "url" }],
    before: { url: secret },
    after: { url: `postgres://me:${secret}@db` },
  },
  "the value of an input that was renamed": {
    inputs: [{ id: "password" }, { id: "passphrase" }],
    before: { password: secret },
    after: { passphrase: secret },
  },
};
test.each(Object.entries(parts))("it stays sealed as %s", async (_, { inputs, before, after }) => {
  const { first, second } = await twoCharts(...inputs);
  const { id } = await world.installed({ helmChartId: first, config: before });
  await updateDeployment(world.owner, {
    id,
    version: await versionOf(id),
    helmChartId: second,
    config: after,
  });
  expect(await storedText(id)).not.toContain(secret);
  expect((await getDeployment(world.owner, id)).config).toEqual(after);
});

test("what stood in the open beside a secret stays open, although it is the same", async () => {
  const valuesUi = formOf({ id: "user" }, { id: "password", sensitive: true }, { id: "size" });
  const chart = await insertTestChart(db, world.kind.id, { valuesUi });
  const config = { user: "admin", password: "admin", size: "1" };
  const { id, version } = await world.installed({ helmChartId: chart.id, config });
  await updateDeployment(world.owner, { id, version, config: { ...config, size: "2" } });
  expect((await getDeployment(world.member, id)).config).toEqual({ user: "admin", size: "2" });
});

test("no name of an input keeps its value from being hidden in the account of what changed", async () => {
  const names = ["a.b", "__proto__", "constructor", ""].filter((id) => id !== "");
  const valuesUi = formOf(...names.map((id) => ({ id, sensitive: true })), { id: "a" });
  const chart = await insertTestChart(db, world.kind.id, { valuesUi });
  const config = (value: string) => Object.fromEntries(names.map((id) => [id, `${value}-${secret}`]));
  const { id, version } = await world.installed({ helmChartId: chart.id, config: config("one") });
  await updateDeployment(world.owner, { id, version, config: config("two") });
  expect(await storedText(id)).not.toContain(secret);
  expect((await getDeployment(world.owner, id)).config).toEqual(config("two"));
});

test("a rollback keeps sealed what the revision that it goes back to had sealed", async () => {
  const { first, second } = await twoCharts({ id: "password" });
  const { id } = await world.installed({ helmChartId: first, config: { password: secret } });
  await updateDeployment(world.owner, { id, version: await versionOf(id), helmChartId: second });
  await markInstalled(db, id);
  const toTaskId = (await tasksOf(db, id)).at(-1)?.id;
  await updateDeployment(world.owner, { id, version: await versionOf(id), config: { password: "open" } });
  await markInstalled(db, id);
  const back = { id, version: await versionOf(id), toTaskId: DeploymentTaskId.parse(toTaskId) };
  await rollbackDeployment(world.maintainer, back);
  expect((await getDeployment(world.maintainer, id)).config).toEqual({ password: secret });
  expect(await storedText(id)).not.toContain(secret);
});

test("a preview of a chart that does not call it sensitive hides it", async () => {
  const { first, second } = await twoCharts({ id: "keys", type: "array", itemType: "text" });
  const { id } = await world.installed({ helmChartId: first, config: { keys: [secret] } });
  for (const helmChartId of [first, second]) {
    const preview = await previewDeployment(world.maintainer, { id, helmChartId });
    expect(preview.values["app"]).toEqual({ keys: ["(secret)"] });
  }
});

const actionsOf = (inputs: Input[]) =>
  [
    {
      apiVersion: "platz.io/v1beta1",
      kind: "Action",
      spec: {
        id: "paint",
        allowed_role: "Maintainer",
        endpoint: "standard_ingress",
        path: "/paint",
        method: "POST",
        title: "Paint",
        description: "Paints it",
        ui_schema: { inputs: formOf(...inputs).inputs, outputs: formOf(...inputs).outputs },
      },
    },
  ] satisfies Json;

test("an action that is sent again keeps its secret sealed, whatever its form says by then, and shows it in no log", async () => {
  const first = await insertTestChart(db, world.kind.id, {
    valuesUi: null,
    actionsSchema: actionsOf([{ id: "pin", sensitive: true }]),
  });
  const second = await insertTestChart(db, world.kind.id, {
    valuesUi: null,
    actionsSchema: actionsOf([{ id: "pin" }]),
  });
  const { id, version } = await world.installed({ helmChartId: first.id, config: {} });
  const operation = { kind: "InvokeAction", actionId: "paint", body: { pin: secret } } as const;
  const { id: taskId } = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation });
  await endTask(db, taskId, "Failed");
  await updateDeployment(world.owner, { id, version, helmChartId: second.id });
  await markInstalled(db, id);
  await endTask(db, taskId, "Failed");
  const [again] = await retryDeploymentTask(world.maintainer, taskId);
  if (!again) throw new Error("no task");
  expect(await storedText(id)).not.toContain(secret);
  const task = (await tasksOf(db, id)).find((each) => each.id === again.id);
  if (task?.operation.kind !== "InvokeAction") throw new Error("no action");
  const request = await buildActionRequest(world.owner, { ...task, operation: task.operation });
  expect(request).toMatchObject({ body: { app: { pin: secret } }, confidential: [secret] });
  expect((await getDeploymentTask(world.maintainer, again.id)).operation).toMatchObject({
    body: { pin: secret },
  });
});

test("an override stands in no log, whether the chart has a form or not", async () => {
  for (const valuesUi of [null, formOf({ id: "size" })]) {
    const chart = await insertTestChart(db, world.kind.id, { valuesUi });
    const { id } = await world.installed({
      helmChartId: chart.id,
      config: {},
      valuesOverride: { deep: [{ token: "override-4711" }] },
    });
    const [task] = await tasksOf(db, id);
    if (!task) throw new Error("no task");
    expect((await buildHelmValues(world.owner, task)).confidential).toContain("override-4711");
  }
});

test("a property of a resource stays sealed when a later form of its type does not call it sensitive", async () => {
  const { id: typeId, spec } = await insertTestResourceType(db, {
    envId: world.env.id,
    kindId: world.kind.id,
  });
  const { id: deploymentId } = await world.installed();
  const made = await createDeploymentResource(world.owner, {
    typeId,
    deploymentId,
    name: "one",
    props: { size: 1, key: secret },
    syncStatus: "Creating",
  });
  const open = JSON.parse(JSON.stringify(spec).replaceAll('"sensitive":true', '"sensitive":false'));
  await db.update(deploymentResourceTypes).set({ spec: open }).where(eq(deploymentResourceTypes.id, typeId));
  const stored = async () =>
    JSON.stringify([
      await db.select().from(deploymentResources).where(eq(deploymentResources.id, made.id)),
      await db.select().from(auditLog).where(eq(auditLog.entityId, made.id)),
    ]);
  await updateDeploymentResource(world.owner, { id: made.id, props: { size: 2, key: `${secret}!` } });
  expect(await stored()).not.toContain(secret);
  const shown = await updateDeploymentResource(world.owner, { id: made.id, props: { key: "for everybody" } });
  expect(shown.props).toEqual({ size: 2, key: "for everybody" });
});
