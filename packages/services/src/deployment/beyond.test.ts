import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, DeploymentId, Forbidden, Invalid, NotFound, PreconditionFailed } from "@platz/domain";
import { eq } from "drizzle-orm";
import { requestDeploymentTask } from "../deployment-task/request.ts";
import { createSecret } from "../secret/create.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestCluster,
  markClusterGone,
  operationsOf,
  type TestWorld,
} from "../testing.ts";
import { bulkUpgrade } from "./bulk-upgrade.ts";
import { forceDeleteDeployment } from "./force-delete.ts";
import { getDeployment } from "./get.ts";
import { previewDeployment } from "./preview.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

test("many deployments are brought to one chart, each by itself, and what is in the way of one is said", async () => {
  const { id: helmChartId } = await insertTestChart(db, world.kind.id, {});
  const [good, busy] = [await world.installed(), await world.installed()];
  await db.update(deployments).set({ status: "Deleting" }).where(eq(deployments.id, busy.id));
  const has = await world.installed({ helmChartId });
  const unknown = DeploymentId.parse(crypto.randomUUID());
  const ids = [good.id, busy.id, has.id, unknown];
  const dry = await bulkUpgrade(world.maintainer, { ids, helmChartId, dryRun: true });
  expect(dry.map(({ outcome }) => outcome)).toEqual(["upgraded", "refused", "unchanged", "refused"]);
  expect(await getDeployment(world.owner, good.id)).toMatchObject({
    helmChartId: good.helmChartId,
    version: 1,
  });
  expect(await operationsOf(db, good.id)).toHaveLength(1);
  const done = await bulkUpgrade(world.maintainer, { ids, helmChartId, dryRun: false });
  expect(done).toEqual(dry);
  expect(done[1]?.reason).toContain("being deleted");
  expect(done[3]).toMatchObject({ label: null, reason: `There is no deployment with id ${unknown}.` });
  expect((await operationsOf(db, good.id)).at(-1)).toMatchObject({ kind: "Upgrade", helmChartId });
  expect((await bulkUpgrade(world.maintainer, { ids, helmChartId, dryRun: false }))[0]?.outcome).toBe(
    "unchanged",
  );
});

test("who may change none of them is refused altogether", async () => {
  const { id: helmChartId } = await insertTestChart(db, world.kind.id, {});
  const { id } = await world.installed();
  const wanted = { ids: [id], helmChartId, dryRun: true };
  await expect(bulkUpgrade(world.member, wanted)).rejects.toThrow(Forbidden);
  // Nor are they told that there would be nothing to do.
  const asItIs = { ...wanted, helmChartId: world.chart.id };
  await expect(bulkUpgrade(world.member, asItIs)).rejects.toThrow(Forbidden);
  await expect(bulkUpgrade(world.stranger, wanted)).rejects.toThrow(NotFound);
});

test("a preview shows what Helm would be given and which tasks would follow, with secrets hidden, and writes nothing", async () => {
  const secret = await createSecret(world.envAdmin, {
    envId: world.env.id,
    collection: "c",
    name: "vault",
    contents: "xyzzy-vault",
  });
  const { id } = await world.installed({ config: { size: 1, pin: "pin-4711" } });
  const before = await db.select().from(deployments);
  const preview = await previewDeployment(world.maintainer, {
    id,
    config: { size: 7, color: "red", vault: secret.id, pin: "pin-4711" },
  });
  expect(preview.operations).toEqual(["Upgrade"]);
  expect(preview.values["app"]).toMatchObject({ size: 7, color: "red" });
  expect(preview.secrets).toEqual([{ name: "keys", keys: ["TOKEN"] }]);
  expect(JSON.stringify(preview)).not.toContain("xyzzy-vault");
  expect(await db.select().from(deployments)).toEqual(before);
  expect((await previewDeployment(world.maintainer, { id })).operations).toEqual([]);
});

test("a preview is refused like the edit itself", async () => {
  const { id } = await world.installed();
  await expect(previewDeployment(world.maintainer, { id, config: { size: 99 } })).rejects.toThrow(Invalid);
  await expect(previewDeployment(world.maintainer, { id, enabled: false })).rejects.toThrow(Forbidden);
  await expect(previewDeployment(world.member, { id })).rejects.toThrow(Forbidden);
  await expect(previewDeployment(world.stranger, { id })).rejects.toThrow(NotFound);
});

test("a secret that stands in other texts and in keys of the values is hidden there too", async () => {
  const { id } = await world.installed();
  const secret = await createSecret(world.envAdmin, {
    envId: world.env.id,
    collection: "c",
    name: "inline",
    contents: "inl1ne",
  });
  const preview = await previewDeployment(world.owner, {
    id,
    config: { size: 1, vault: secret.id },
    valuesOverride: { url: "https://u:inl1ne@db", inl1ne: [{ deep: "inl1ne" }] },
  });
  expect(preview.valuesOverride).toEqual({
    url: "https://u:(secret)@db",
    "(secret)": [{ deep: "(secret)" }],
  });
});

test("a deployment is forgotten only when its cluster is gone, by a site admin, and while nothing uses it", async () => {
  const { id: clusterId } = await insertTestCluster(db, world.env.id);
  const gone = await world.installed({ clusterId });
  await expect(forceDeleteDeployment(world.siteAdmin, gone.id)).rejects.toThrow(PreconditionFailed);
  await markClusterGone(db, clusterId);
  await expect(forceDeleteDeployment(world.envAdmin, gone.id)).rejects.toThrow(Forbidden);
  const user = await world.installed({ config: { size: 1, peer: gone.id } });
  await expect(forceDeleteDeployment(world.siteAdmin, gone.id)).rejects.toThrow(Conflict);
  await db.delete(deployments).where(eq(deployments.id, user.id));
  await forceDeleteDeployment(world.siteAdmin, gone.id);
  await expect(getDeployment(world.siteAdmin, gone.id)).rejects.toThrow(NotFound);
});

test("a task can be asked for at a later time, within a year", async () => {
  const { id: deploymentId } = await world.installed();
  const operation = { kind: "Reinstall", reason: "at night" } as const;
  const executeAt = new Date(Date.now() + 3600_000);
  const task = await requestDeploymentTask(world.owner, { deploymentId, operation, executeAt });
  expect(task).toMatchObject({ executeAt, status: "Pending" });
  const tooFar = new Date(Date.now() + 400 * 24 * 3600_000);
  await expect(
    requestDeploymentTask(world.owner, { deploymentId, operation, executeAt: tooFar }),
  ).rejects.toThrow("executeAt: choose a time within the next year");
});
