import { afterAll, beforeAll, expect, test } from "bun:test";
import { listSecrets as querySecrets } from "@platz/db/queries/secrets";
import { deploymentKinds, deploymentTasks } from "@platz/db/schema";
import { createTestDatabase, failingDatabase, type TestDatabase } from "@platz/db/testing";
import { type Deployment, Forbidden, type HelmChartId, NotFound, TooManyRequests } from "@platz/domain";
import { eq } from "drizzle-orm";
import { getChart } from "../chart/get.ts";
import { listCollectionItems } from "../collection/items.ts";
import type { ServiceContext } from "../context.ts";
import { createDeployment } from "../deployment/create.ts";
import { getDeployment } from "../deployment/get.ts";
import { previewDeployment } from "../deployment/preview.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createDeploymentPermission } from "../deployment-permission/create.ts";
import { createDeploymentResource } from "../deployment-resource/create.ts";
import { getDeploymentResource } from "../deployment-resource/get.ts";
import { listDeploymentResources } from "../deployment-resource/list.ts";
import { readTaskLog } from "../deployment-task/log.ts";
import { requestDeploymentTask } from "../deployment-task/request.ts";
import { updateKind } from "../kind/update.ts";
import { createSecret } from "../secret/create.ts";
import { getSecret } from "../secret/get.ts";
import { listSecrets } from "../secret/list.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestResourceType,
  markInstalled,
  setLegacyTokenRights,
  type TestWorld,
  testFeatures,
} from "../testing.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const featuresWith = (needs: readonly object[]) =>
  ({ ...testFeatures, spec: { ...testFeatures.spec, needs: [...needs] } }) as never;

/** A deployment of a kind of its own, whose chart needs this, and its token. */
async function looker(needs: readonly object[] = [], config: Record<string, never> | object = {}) {
  const [kind] = await db
    .insert(deploymentKinds)
    .values({ name: `Looker${crypto.randomUUID().slice(0, 8)}` })
    .returning();
  if (!kind) throw new Error("no kind");
  const chart = await insertTestChart(db, kind.id, { features: featuresWith(needs) });
  const { id } = await createDeployment(
    world.envAdmin,
    world.newDeployment({ kindId: kind.id, helmChartId: chart.id, config: { size: 1, ...config } as never }),
  );
  await markInstalled(db, id);
  return { id, kind, chart, context: await world.as({ kind: "Deployment", id }) };
}

const paint = { kind: "InvokeAction", actionId: "paint", body: { coats: 1 } } as const;
const invoke = (context: ServiceContext, { id: deploymentId }: Pick<Deployment, "id">) =>
  requestDeploymentTask(context, { deploymentId, operation: paint });

async function logOf(context: ServiceContext, { id }: Pick<Deployment, "id">) {
  const [task] = await db.select().from(deploymentTasks).where(eq(deploymentTasks.deploymentId, id));
  if (!task) throw new Error("no task");
  return await readTaskLog(context, { id: task.id, afterSeq: 0, limit: 10 });
}

const why = "The test says so.";

test("the token of a deployment acts on itself", async () => {
  const { id, context } = await looker();
  expect(await invoke(context, { id })).toMatchObject({ deploymentId: id });
  expect(await getDeployment(context, id)).toMatchObject({ config: { size: 1 }, hidden: [] });
  expect((await logOf(context, { id })).chunks).toEqual([]);
});

test("of the others of its env it sees what a list shows, not how they are configured or what they wrote", async () => {
  const { context } = await looker();
  const other = await world.installed({ config: { size: 4 } });
  const shown = await getDeployment(context, other.id);
  expect(shown).toMatchObject({ name: other.name, config: {}, hidden: ["config", "valuesOverride"] });
  await expect(invoke(context, other)).rejects.toThrow(Forbidden);
  await expect(invoke(context, other)).rejects.toThrow('"needs"');
  await expect(logOf(context, other)).rejects.toThrow(Forbidden);
});

test("it acts on what its inputs refer to", async () => {
  const peer = await world.installed({ config: { size: 4 } });
  const { context } = await looker([], { peer: peer.id });
  expect(await invoke(context, peer)).toMatchObject({ deploymentId: peer.id });
  expect(await getDeployment(context, peer.id)).toMatchObject({ config: { size: 4 } });
  await expect(invoke(context, await world.installed())).rejects.toThrow(Forbidden);
});

test("it reads and acts on the kinds that its chart declares, as far as it declares", async () => {
  const other = await world.installed({ config: { size: 4 } });
  const reader = await looker([{ deployments: world.kind.name, why }]);
  expect(await getDeployment(reader.context, other.id)).toMatchObject({ config: { size: 4 } });
  expect((await logOf(reader.context, other)).isComplete).toBe(true);
  await expect(invoke(reader.context, other)).rejects.toThrow(Forbidden);
  for (const deployments of [world.kind.name, "*"]) {
    const actor = await looker([{ deployments, access: "act", why }]);
    expect(await invoke(actor.context, other)).toMatchObject({ deploymentId: other.id });
  }
  const elsewhere = await looker([{ deployments: reader.kind.name, access: "act", why }]);
  await expect(invoke(elsewhere.context, other)).rejects.toThrow(Forbidden);
});

test("a need never reaches beyond the env", async () => {
  const there = await createTestWorld(db);
  const strange = await there.installed();
  const { context } = await looker([{ deployments: "*", access: "act", why }]);
  await expect(invoke(context, strange)).rejects.toThrow(NotFound);
  await expect(getDeployment(context, strange.id)).rejects.toThrow(NotFound);
});

test("it sees the names of secrets that it uses or declares, and of no others", async () => {
  const make = (collection: string) =>
    createSecret(world.envAdmin, {
      envId: world.env.id,
      collection,
      name: crypto.randomUUID(),
      contents: "x",
    });
  const [used, declared, other] = [await make("used"), await make("declared"), await make("other")];
  const { context } = await looker([{ secrets: "declared", why }], { vault: used.id });
  const page = { page: 1, perPage: 50 };
  const listed = await listSecrets(context, { page });
  expect(listed.items.map(({ id }) => id).toSorted()).toEqual([used.id, declared.id].toSorted());
  const offered = await listCollectionItems(context, {
    envId: world.env.id,
    collection: "secrets",
    filters: [],
    limit: 50,
  });
  expect(offered.map(({ id }) => id as string).toSorted()).toEqual([used.id, declared.id].toSorted());
  expect(await getSecret(context, used.id)).toMatchObject({ name: used.name });
  await expect(getSecret(context, other.id)).rejects.toThrow(NotFound);
  const plain = await looker();
  expect((await listSecrets(plain.context, { page })).items).toEqual([]);
});

test("of resources that it does not reach it sees that they are there, and not what they are", async () => {
  const manager = await world.installed();
  const type = await insertTestResourceType(db, { envId: world.env.id, kindId: world.kind.id });
  const { id } = await createDeploymentResource(world.owner, {
    typeId: type.id,
    deploymentId: manager.id,
    name: crypto.randomUUID(),
    props: { size: 7 },
    syncStatus: "Creating",
  });
  const { context } = await looker();
  expect(await getDeploymentResource(context, id)).toMatchObject({ props: {} });
  const { items } = await listDeploymentResources(context, {
    deploymentId: manager.id,
    page: { page: 1, perPage: 5 },
  });
  expect(items).toMatchObject([{ id, props: {} }]);
  const reader = await looker([{ deployments: world.kind.name, why }]);
  expect(await getDeploymentResource(reader.context, id)).toMatchObject({ props: { size: 7 } });
});

test("a deployment manages its own resources, and those of another of its kind only where its chart says so", async () => {
  const { id: typeId } = await insertTestResourceType(db, { envId: world.env.id, kindId: world.kind.id });
  const resourceOf = (deployment: Deployment, context: ServiceContext) =>
    createDeploymentResource(context, {
      typeId,
      deploymentId: deployment.id,
      name: crypto.randomUUID(),
      props: { size: 1 },
      syncStatus: "Ready",
    });
  const [one, other] = [await world.installed(), await world.installed()];
  const context = await world.as({ kind: "Deployment", id: one.id });
  expect(await resourceOf(one, context)).toMatchObject({ deploymentId: one.id });
  await expect(resourceOf(other, context)).rejects.toThrow(Forbidden);
});

test("a kind from before keeps what its tokens could do, until a site admin takes it, for good", async () => {
  const other = await world.installed({ config: { size: 4 } });
  const { context, kind } = await looker();
  await setLegacyTokenRights(db, kind.id, true);
  expect(await invoke(context, other)).toMatchObject({ deploymentId: other.id });
  expect(await getDeployment(context, other.id)).toMatchObject({ config: { size: 4 } });
  await expect(
    updateKind(world.envAdmin, { id: kind.id, version: kind.version, legacyTokenRights: false }),
  ).rejects.toThrow(Forbidden);
  const narrowed = await updateKind(world.siteAdmin, {
    id: kind.id,
    version: kind.version,
    legacyTokenRights: false,
  });
  expect(narrowed).toMatchObject({ name: kind.name, legacyTokenRights: false });
  await expect(invoke(context, other)).rejects.toThrow(Forbidden);
});

test("a deployment asks for sixty tasks an hour, and is told when it may go on; others are not held up by it", async () => {
  const { id, context } = await looker();
  for (let n = 0; n < 60; n += 1) await invoke(context, { id });
  const refused = invoke(context, { id });
  await expect(refused).rejects.toThrow(TooManyRequests);
  await expect(refused).rejects.toThrow("60 tasks an hour");
  expect(await invoke(world.envAdmin, { id })).toMatchObject({ deploymentId: id });
  const later = { ...context, now: () => new Date(Date.now() + 3_601_000) };
  expect(await invoke(later, { id })).toMatchObject({ deploymentId: id });
});

test("whoever reads a chart, or previews an edit, reads in a sentence what its token would reach", async () => {
  const { id, chart } = await looker([
    { deployments: world.kind.name, access: "act", why: "It stirs them." },
    { secrets: "paint", why: "It offers them." },
  ]);
  const needs = [
    `It invokes actions of, restarts and reads every ${world.kind.name} of its env: It stirs them.`,
    "It sees the names of the secrets of paint: It offers them.",
  ];
  expect((await getChart(world.owner, chart.id)).needs).toEqual(needs);
  expect((await previewDeployment(world.envAdmin, { id })).needs).toEqual(needs);
});

test("nobody gives a token more than they have: what a chart newly needs is for whoever maintains it", async () => {
  const { id, kind } = await looker();
  const bob = await world.addMember(world.env.id, "User");
  await createDeploymentPermission(world.envAdmin, {
    envId: world.env.id,
    userId: bob.identity.id as never,
    kindId: kind.id,
    role: "Owner",
  });
  const chartWith = (needs: readonly object[]) =>
    insertTestChart(db, kind.id, { features: featuresWith(needs) });
  const upgradeTo = async (context: ServiceContext, chart: { readonly id: HelmChartId }) => {
    const { version } = await getDeployment(context, id);
    return await updateDeployment(context, { id, version, helmChartId: chart.id });
  };
  const harmless = await chartWith([{ secrets: "paint", why }]);
  expect(await upgradeTo(bob, harmless)).toMatchObject({ helmChartId: harmless.id });
  const need = { deployments: world.kind.name, access: "act", why };
  const needy = await chartWith([need]);
  await expect(upgradeTo(bob, needy)).rejects.toThrow("needs more than you may give");
  const deployed = createDeployment(bob, world.newDeployment({ kindId: kind.id, helmChartId: needy.id }));
  await expect(deployed).rejects.toThrow(Forbidden);
  await upgradeTo(world.envAdmin, needy);
  // What an admin has agreed to stays, and is not asked again.
  const same = await chartWith([need, { deployments: world.kind.name, why }]);
  expect(await upgradeTo(bob, same)).toMatchObject({ helmChartId: same.id });
  const wider = await chartWith([{ ...need, deployments: "*" }]);
  await expect(upgradeTo(bob, wider)).rejects.toThrow(Forbidden);
});

test("reach is asked of deployments alone: what people and bots read costs no statement more", async () => {
  const secret = await createSecret(world.envAdmin, {
    envId: world.env.id,
    collection: "c",
    name: crypto.randomUUID(),
    contents: "x",
  });
  const page = { page: 1, perPage: 5 };
  for (const context of [world.member, world.ownerBot]) {
    const counted = failingDatabase(db);
    const asked = { ...context, db: counted.db };
    await getSecret(asked, secret.id);
    expect(counted.count()).toBe(1);
    const bare = failingDatabase(db);
    await listSecrets(asked, { page });
    await querySecrets(bare.db, context.scope.envs, { filter: {}, list: { page } });
    expect(counted.count() - 1).toBe(bare.count());
  }
});
