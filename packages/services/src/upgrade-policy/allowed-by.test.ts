import { afterAll, beforeAll, expect, test } from "bun:test";
import { createApiToken } from "@platz/auth";
import { envUserPermissions, type helmCharts, k8sClusters, userTokens } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  type Deployment,
  type DeploymentId,
  SetUpgradePolicy,
  type UserId,
  UserTokenId,
} from "@platz/domain";
import { eq } from "drizzle-orm";
import { openContext, type ServiceContext } from "../context.ts";
import { getDeployment } from "../deployment/get.ts";
import { updateDeployment } from "../deployment/update.ts";
import { grantOfToken } from "../identity/credential-grant.ts";
import { publishChart } from "../testing/publish-chart.ts";
import { createTestWorld, markInstalled, type TestWorld, testFeatures } from "../testing.ts";
import { applyUpgradePolicy } from "./apply.ts";
import { getUpgradePolicy } from "./get.ts";
import { setUpgradePolicy } from "./set.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

/** A world of its own for each test: rights are taken away in some. */
async function prepared() {
  world = await createTestWorld(db);
  return await world.installed();
}

const publish = (of: Pick<Deployment, "helmChartId">, more: Partial<typeof helmCharts.$inferInsert> = {}) =>
  publishChart(db, of, more);
const follow = (context: ServiceContext, deploymentId: DeploymentId) =>
  setUpgradePolicy(context, SetUpgradePolicy.parse({ deploymentId, branch: "main" }));
const apply = (id: DeploymentId, now = new Date()) =>
  applyUpgradePolicy({ ...world.owner, now: () => now }, id);
const reasonOf = async (id: DeploymentId) => (await getUpgradePolicy(world.owner, id))?.reason;

/** A stored token of somebody, and what they do by it. */
async function byToken(of: ServiceContext, more: Partial<typeof userTokens.$inferInsert> = {}) {
  const { id: text, secretHash } = createApiToken();
  const id = UserTokenId.parse(text);
  const token = {
    id,
    userId: of.identity.id as UserId,
    name: "ci",
    secretHash,
    readOnly: false,
    envIds: null,
  };
  const row = { ...token, expiresAt: null, ...more };
  await db.insert(userTokens).values(row);
  const context = await openContext(
    of,
    of.identity,
    grantOfToken(id, { readOnly: false, envIds: row.envIds ?? null }),
  );
  return { id, context };
}

test("a policy that was set by a token ends when the token is revoked, and says so, before any chart appears", async () => {
  const { id, helmChartId } = await prepared();
  const { id: tokenId, context } = await byToken(world.owner);
  await follow(context, id);
  const first = await publish({ helmChartId });
  expect(await apply(id)).toBe(first.id);
  await markInstalled(db, id);
  await db.delete(userTokens).where(eq(userTokens.id, tokenId));
  expect(await apply(id)).toBeUndefined();
  expect(await reasonOf(id)).toBe(
    `The token by which ${world.owner.scope.label} has allowed it was revoked: set the policy again.`,
  );
  const second = await publish({ helmChartId });
  expect(await apply(id)).toBeUndefined();
  expect(await getUpgradePolicy(world.owner, id)).toMatchObject({ nextChartId: second.id });
  await follow(world.owner, id);
  expect(await apply(id)).toBe(second.id);
});

test("a policy that was set by a token ends at the token's expiry", async () => {
  const { id, helmChartId } = await prepared();
  const end = new Date(Date.now() + 60_000);
  await follow((await byToken(world.owner, { expiresAt: end })).context, id);
  const chart = await publish({ helmChartId });
  expect(await apply(id, new Date(end.getTime()))).toBeUndefined();
  expect(await reasonOf(id)).toContain("has expired: set the policy again");
  expect(await apply(id, new Date(end.getTime() - 1))).toBe(chart.id);
});

test("a policy goes no further than the token by which it was set: not to another env, however far its owner may go", async () => {
  const { id, helmChartId } = await prepared();
  const { context } = await byToken(world.siteAdmin, { envIds: [world.env.id] });
  await follow(context, id);
  const chart = await publish({ helmChartId });
  await db.update(k8sClusters).set({ envId: world.otherEnv.id }).where(eq(k8sClusters.id, world.cluster.id));
  expect(await apply(id)).toBeUndefined();
  expect((await getUpgradePolicy(world.siteAdmin, id))?.reason).toContain(
    "cannot be upgraded in the name of",
  );
  await db.update(k8sClusters).set({ envId: world.env.id }).where(eq(k8sClusters.id, world.cluster.id));
  expect(await apply(id)).toBe(chart.id);
});

test("the rights of the token's owner end a policy as before", async () => {
  const { id, helmChartId } = await prepared();
  await follow((await byToken(world.maintainer)).context, id);
  await publish({ helmChartId });
  const holder = eq(envUserPermissions.userId, world.maintainer.identity.id as UserId);
  await db.delete(envUserPermissions).where(holder);
  expect(await apply(id)).toBeUndefined();
  expect(await reasonOf(id)).toContain("cannot be upgraded in the name of");
});

test("a chart whose token would reach further than before is not followed, and why is said", async () => {
  const { id, helmChartId } = await prepared();
  await follow(world.envAdmin, id);
  const needs = [{ deployments: world.kind.name, access: "act", why: "It stirs them." }];
  const features = { ...testFeatures, spec: { ...testFeatures.spec, needs } };
  const chart = await publish({ helmChartId }, { features });
  expect(await apply(id)).toBeUndefined();
  expect(await getUpgradePolicy(world.owner, id)).toMatchObject({ nextChartId: chart.id });
  expect(await reasonOf(id)).toContain("upgrade by hand. It invokes actions of");
  const { version } = await getDeployment(world.envAdmin, id);
  await updateDeployment(world.envAdmin, { id, version, helmChartId: chart.id });
  await markInstalled(db, id);
  const next = await publish({ helmChartId: chart.id }, { features });
  expect(await apply(id)).toBe(next.id);
});
