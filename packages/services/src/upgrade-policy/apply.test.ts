import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  auditLog,
  deployments,
  deploymentTasks,
  envUserPermissions,
  type helmCharts,
  rowEvents,
  users,
} from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  Conflict,
  type Deployment,
  type DeploymentId,
  Forbidden,
  HelmTagFormatId,
  NotFound,
  SetUpgradePolicy,
  type UserId,
} from "@platz/domain";
import { and, desc, eq } from "drizzle-orm";
import type { ServiceContext } from "../context.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTagFormat } from "../tag-format/create.ts";
import { deleteTagFormat } from "../tag-format/delete.ts";
import { publishChart } from "../testing/publish-chart.ts";
import { createTestWorld, markInstalled, type TestWorld, testForm } from "../testing.ts";
import { applyUpgradePolicy } from "./apply.ts";
import { getUpgradePolicy } from "./get.ts";
import { listUpgradePolicies } from "./list.ts";
import { removeUpgradePolicy, setUpgradePolicy } from "./set.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

/** A world of its own for each test: rights and charts are taken away in some. */
async function prepared() {
  world = await createTestWorld(db);
  return await world.installed();
}

const publish = (of: Pick<Deployment, "helmChartId">, more: Partial<typeof helmCharts.$inferInsert> = {}) =>
  publishChart(db, of, more);

const follow = (context: ServiceContext, deploymentId: DeploymentId, more: object = {}) =>
  setUpgradePolicy(context, SetUpgradePolicy.parse({ deploymentId, branch: "main", ...more }));

const apply = (id: DeploymentId, now = new Date()) =>
  applyUpgradePolicy({ ...world.owner, now: () => now }, id);

async function lastTask(deploymentId: DeploymentId) {
  const [task] = await db
    .select()
    .from(deploymentTasks)
    .where(eq(deploymentTasks.deploymentId, deploymentId))
    .orderBy(desc(deploymentTasks.seq))
    .limit(1);
  return task;
}

const reasonOf = async (id: DeploymentId) => (await getUpgradePolicy(world.owner, id))?.reason;

test("a matching chart is upgraded to at once, in the name of whoever has allowed it, and the history says so", async () => {
  const { id, helmChartId } = await prepared();
  await follow(world.maintainer, id);
  expect(await apply(id)).toBeUndefined();
  const chart = await publish({ helmChartId });
  expect(await apply(id)).toBe(chart.id);

  const task = await lastTask(id);
  expect(task).toMatchObject({
    operation: { kind: "Upgrade", helmChartId: chart.id },
    actingUserId: world.maintainer.identity.id,
    actorLabel: `${world.maintainer.scope.label} (upgrade policy)`,
  });
  const [entry] = await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.entity, "deployments"), eq(auditLog.entityId, id)))
    .orderBy(desc(auditLog.createdAt))
    .limit(1);
  expect(entry).toMatchObject({ action: "upgradePolicies.apply", actorLabel: task?.actorLabel });
  expect(await getUpgradePolicy(world.member, id)).toMatchObject({
    lastChartId: chart.id,
    nextChartId: null,
    reason: null,
    allowedBy: world.maintainer.scope.label,
  });
  expect(await apply(id)).toBeUndefined();
});

test("other branches, broken charts, unavailable ones and other repositories are not followed", async () => {
  const { id, helmChartId } = await prepared();
  await follow(world.owner, id);
  await publish({ helmChartId }, { parsedBranch: "feature" });
  await publish({ helmChartId }, { error: "it is broken" });
  await publish({ helmChartId }, { available: false });
  const other = await (await createTestWorld(db)).installed();
  await publish({ helmChartId: other.helmChartId });
  expect(await apply(id)).toBeUndefined();
  expect(await getUpgradePolicy(world.owner, id)).toMatchObject({ nextChartId: null, reason: null });
});

test("a tag format is followed, alone or with a branch", async () => {
  const { id, helmChartId } = await prepared();
  const format = await createTagFormat(world.siteAdmin, {
    pattern: `^${crypto.randomUUID()}-(?P<branch>.*)$`,
  });
  await follow(world.owner, id, { branch: "", tagFormatId: format.id });
  await publish({ helmChartId }, { tagFormatId: format.id, parsedBranch: "dev" });
  await publish({ helmChartId }, { parsedBranch: "" });
  expect(await apply(id)).toBeUndefined();
  const release = await publish({ helmChartId }, { tagFormatId: format.id, parsedBranch: "" });
  expect(await apply(id)).toBe(release.id);
  await expect(deleteTagFormat(world.siteAdmin, format.id)).rejects.toThrow(Conflict);
});

test("outside its window it waits and says for what, and in it goes on", async () => {
  const { id, helmChartId } = await prepared();
  const window = { days: [1], from: "22:00", until: "23:00", timeZone: "UTC" };
  await follow(world.owner, id, { window });
  const chart = await publish({ helmChartId });
  expect(await apply(id, new Date("2026-11-23T21:59:00Z"))).toBeUndefined();
  expect(await getUpgradePolicy(world.owner, id)).toMatchObject({
    nextChartId: chart.id,
    reason: "It waits for its window: Mon 22:00–23:00 UTC.",
  });
  expect(await apply(id, new Date("2026-11-23T22:00:00Z"))).toBe(chart.id);
});

test("a disabled deployment is not upgraded, nor one whose tasks have not ended", async () => {
  const { id, helmChartId, version } = await prepared();
  await follow(world.owner, id);
  await updateDeployment(world.owner, { id, version, enabled: false });
  await publish({ helmChartId });
  await apply(id);
  expect(await reasonOf(id)).toBe("It waits until the deployment is enabled.");
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  await updateDeployment(world.owner, { id, version: row?.version ?? 0, enabled: true });
  await apply(id);
  expect(await reasonOf(id)).toStartWith("It waits until the tasks of the deployment have ended.");
});

test("who has lost the right upgrades nothing, and the policy says so until somebody else sets it", async () => {
  const { id, helmChartId } = await prepared();
  await follow(world.maintainer, id);
  const chart = await publish({ helmChartId });
  const userId = world.maintainer.identity.id as UserId;
  await db.delete(envUserPermissions).where(eq(envUserPermissions.userId, userId));
  expect(await apply(id)).toBeUndefined();
  expect(await reasonOf(id)).toStartWith(
    `It cannot be upgraded in the name of ${world.maintainer.scope.label}.`,
  );
  await db.update(users).set({ isActive: false }).where(eq(users.id, userId));
  expect(await apply(id)).toBeUndefined();
  await follow(world.owner, id);
  expect(await apply(id)).toBe(chart.id);
});

test("inputs that the new chart does not take are told, and an edit that makes them fit is enough", async () => {
  const { id, helmChartId } = await prepared();
  await follow(world.owner, id);
  const chart = await publish(
    { helmChartId },
    {
      valuesUi: {
        apiVersion: "platz.io/v1beta1",
        kind: "ValuesUi",
        inputs: [{ id: "flavour", type: "text", label: "Flavour", required: true }],
        outputs: { values: [], secrets: {} },
      },
    },
  );
  expect(await apply(id)).toBeUndefined();
  expect(await reasonOf(id)).toContain("flavour");
  expect((await getUpgradePolicy(world.owner, id))?.nextChartId).toBe(chart.id);
  expect((await lastTask(id))?.status).toBe("Done");
});

test("what was sealed stays sealed when a followed chart does not call it sensitive any more", async () => {
  world = await createTestWorld(db);
  const pin = "followed-4711";
  const deployment = await world.installed({ config: { size: 1, pin } });
  await follow(world.maintainer, deployment.id);
  const valuesUi = JSON.parse(JSON.stringify(testForm).replaceAll('"sensitive":true', '"sensitive":false'));
  const chart = await publish(deployment, { valuesUi });
  expect(await apply(deployment.id)).toBe(chart.id);
  const rows = [
    await db.select().from(deployments).where(eq(deployments.id, deployment.id)),
    await lastTask(deployment.id),
    await db.select().from(auditLog).where(eq(auditLog.entityId, deployment.id)),
  ];
  expect(JSON.stringify(rows)).not.toContain(pin);
});

test("a chart whose upgrade failed is not tried again, the next one is", async () => {
  const { id, helmChartId } = await prepared();
  await follow(world.owner, id);
  const bad = await publish({ helmChartId });
  expect(await apply(id)).toBe(bad.id);
  await db
    .update(deploymentTasks)
    .set({ status: "Failed", finishedAt: new Date() })
    .where(eq(deploymentTasks.deploymentId, id));
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  // Somebody goes back to the one before.
  await updateDeployment(world.owner, { id, version: row?.version ?? 0, helmChartId });
  await markInstalled(db, id);
  expect(await apply(id)).toBeUndefined();
  const good = await publish({ helmChartId: bad.id });
  expect(await apply(id)).toBe(good.id);
});

test("only maintainers may set or remove a policy, and who does not see the deployment does not see its policy", async () => {
  const { id } = await prepared();
  await expect(follow(world.member, id)).rejects.toThrow(Forbidden);
  await expect(follow(world.stranger, id)).rejects.toThrow(NotFound);
  await follow(world.maintainer, id);
  await expect(removeUpgradePolicy(world.member, id)).rejects.toThrow(Forbidden);
  await expect(getUpgradePolicy(world.stranger, id)).rejects.toThrow(NotFound);
  const page = { page: 1, perPage: 10 };
  const seen = async (context: ServiceContext) => (await listUpgradePolicies(context, { page })).items;
  expect(await seen(world.member)).toMatchObject([{ deploymentId: id }]);
  expect(await seen(world.stranger)).toEqual([]);
  await removeUpgradePolicy(world.owner, id);
  expect(await getUpgradePolicy(world.owner, id)).toBeNull();
  const [event] = await db
    .select()
    .from(rowEvents)
    .where(eq(rowEvents.tableName, "upgrade_policies"))
    .orderBy(desc(rowEvents.seq))
    .limit(1);
  expect(event).toMatchObject({ operation: "DELETE", visibility: "env", envIds: [world.env.id] });
});

test("a policy follows a branch or a tag format that is there", async () => {
  const { id: deploymentId } = await prepared();
  expect(SetUpgradePolicy.safeParse({ deploymentId }).success).toBe(false);
  const tagFormatId = HelmTagFormatId.parse(crypto.randomUUID());
  await expect(follow(world.owner, deploymentId, { tagFormatId })).rejects.toThrow(NotFound);
});
