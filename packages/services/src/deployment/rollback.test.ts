import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentTasks, helmCharts } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type DeploymentId, DeploymentTaskId, Forbidden, NotFound, PreconditionFailed } from "@platz/domain";
import { eq } from "drizzle-orm";
import { requestDeploymentTask } from "../deployment-task/request.ts";
import { createSecret } from "../secret/create.ts";
import { deleteSecret } from "../secret/delete.ts";
import { createTestWorld, insertTestChart, type TestWorld, tasksOf, testForm } from "../testing.ts";
import { getDeployment } from "./get.ts";
import { rollbackDeployment } from "./rollback.ts";
import { updateDeployment } from "./update.ts";
import { buildHelmValues } from "./values/build-helm-values.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

/** A deployment that was installed with size 1 and a pin, and upgraded to another chart and size 2. */
async function upgraded() {
  const first = await world.installed({ config: { size: 1, pin: "xyzzy-1" } });
  const { id: helmChartId } = await insertTestChart(db, world.kind.id, {});
  const { id, version } = await updateDeployment(world.owner, {
    id: first.id,
    version: first.version,
    helmChartId,
    config: { size: 2 },
  });
  await db.update(deploymentTasks).set({ status: "Done" }).where(eq(deploymentTasks.deploymentId, id));
  const [install, upgrade] = await tasksOf(db, id);
  if (!install || !upgrade) throw new Error("no tasks");
  return { id, version, install, upgrade, firstChartId: first.helmChartId };
}

const at = (id: DeploymentId, version: number, toTaskId: DeploymentTaskId) => ({ id, version, toTaskId });

test("a rollback saves what an earlier task had applied, its secrets too, and asks for it as a new revision", async () => {
  const { id, version, install, firstChartId } = await upgraded();
  const rolledBack = await rollbackDeployment(world.maintainer, at(id, version, install.id));
  expect(rolledBack).toMatchObject({ helmChartId: firstChartId, config: { size: 1, pin: "xyzzy-1" } });
  const task = (await tasksOf(db, id)).at(-1);
  expect(task).toMatchObject({
    status: "Pending",
    operation: { kind: "Rollback", toTaskId: install.id, helmChartId: firstChartId },
  });
  expect(JSON.stringify(task)).not.toContain("xyzzy-1");
  if (!task) throw new Error("no task");
  const [row] = await db.select().from(deploymentTasks).where(eq(deploymentTasks.id, task.id));
  const { confidential, chart, revisionId } = await buildHelmValues(world.owner, row as never);
  expect([chart.id, revisionId]).toEqual([firstChartId, task.id]);
  expect(confidential).toContain("xyzzy-1");
});

test("a rollback can be rolled back", async () => {
  const { id, version, install, upgrade } = await upgraded();
  const back = await rollbackDeployment(world.maintainer, at(id, version, install.id));
  const forth = await rollbackDeployment(world.maintainer, at(id, back.version, upgrade.id));
  expect(forth.config).toEqual({ size: 2 });
  expect((await tasksOf(db, id)).map(({ operation }) => operation.kind)).toEqual([
    "Install",
    "Upgrade",
    "Rollback",
    "Rollback",
  ]);
});

test("what cannot be rolled back to is refused with a sentence, and nothing is changed", async () => {
  const { id, version, install, upgrade } = await upgraded();
  const refused = (toTaskId: DeploymentTaskId, context = world.maintainer) =>
    rollbackDeployment(context, at(id, version, toTaskId)).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
  expect((await refused(upgrade.id))?.message).toContain("has the chart and the inputs of that task already");
  const other = await upgraded();
  expect(await refused(other.install.id)).toBeInstanceOf(NotFound);
  expect(await refused(DeploymentTaskId.parse(crypto.randomUUID()))).toBeInstanceOf(NotFound);
  expect(await refused(install.id, world.member)).toBeInstanceOf(Forbidden);
  expect(await refused(install.id, world.stranger)).toBeInstanceOf(NotFound);
  const reinstall = await requestDeploymentTask(world.owner, {
    deploymentId: id,
    operation: { kind: "Reinstall", reason: "x" },
  });
  expect((await refused(reinstall.id))?.message).toContain("A task of the kind Reinstall made no revision");
  await db.update(deploymentTasks).set({ status: "Failed" }).where(eq(deploymentTasks.id, install.id));
  expect((await refused(install.id))?.message).toBe("That Install has not succeeded: choose one that has.");
  expect((await getDeployment(world.owner, id)).version).toBe(version);
});

test("a chart that is gone from its registry is not rolled back to", async () => {
  const { id, version, install, firstChartId } = await upgraded();
  await db.update(helmCharts).set({ available: false }).where(eq(helmCharts.id, firstChartId));
  await expect(rollbackDeployment(world.maintainer, at(id, version, install.id))).rejects.toThrow(
    "is no longer in its registry",
  );
  await db.update(helmCharts).set({ available: true }).where(eq(helmCharts.id, firstChartId));
});

test("inputs of an earlier task that its chart does not take any more are refused, each by its name", async () => {
  const { id, version, install, firstChartId } = await upgraded();
  const inputs = testForm.inputs.map((input) => (input.id === "size" ? { ...input, minimum: "5" } : input));
  await db
    .update(helmCharts)
    .set({ valuesUi: { ...testForm, inputs } })
    .where(eq(helmCharts.id, firstChartId));
  const refused = rollbackDeployment(world.maintainer, at(id, version, install.id));
  await expect(refused).rejects.toMatchObject({ issues: [{ path: ["config", "size"] }] });
  await db.update(helmCharts).set({ valuesUi: testForm }).where(eq(helmCharts.id, firstChartId));
  expect((await getDeployment(world.owner, id)).version).toBe(version);
});

test("an earlier task whose secret has been deleted since is not rolled back to, and says which input wants another", async () => {
  const named = { envId: world.env.id, collection: "vaults", name: crypto.randomUUID(), contents: "s3cr3t" };
  const vault = await createSecret(world.envAdmin, named);
  const first = await world.installed({ config: { size: 1, vault: vault.id } });
  const place = { id: first.id, version: first.version };
  const { id, version } = await updateDeployment(world.owner, { ...place, config: { size: 2 } });
  await db.update(deploymentTasks).set({ status: "Done" }).where(eq(deploymentTasks.deploymentId, id));
  await deleteSecret(world.envAdmin, vault.id);
  const [install] = await tasksOf(db, id);
  const toTaskId = install?.id ?? DeploymentTaskId.parse(crypto.randomUUID());
  await expect(rollbackDeployment(world.maintainer, at(id, version, toTaskId))).rejects.toMatchObject({
    issues: [{ path: ["config", "vault"], message: "choose one of the secrets of the env" }],
  });
  expect((await getDeployment(world.owner, id)).config).toEqual({ size: 2 });
});

test("what is not installed has nothing to be rolled back", async () => {
  const { id, version, install } = await upgraded();
  const disabled = await updateDeployment(world.owner, { id, version, enabled: false });
  await expect(rollbackDeployment(world.owner, at(id, disabled.version, install.id))).rejects.toThrow(
    PreconditionFailed,
  );
});
