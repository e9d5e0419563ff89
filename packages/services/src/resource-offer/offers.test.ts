import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog, deploymentResources, deploymentResourceTypes, deployments, envs } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, type EnvId, Forbidden, Invalid, NotFound } from "@platz/domain";
import { eq } from "drizzle-orm";
import { updateCluster } from "../cluster/update.ts";
import { listCollectionItems } from "../collection/items.ts";
import type { ServiceContext } from "../context.ts";
import { createDeployment } from "../deployment/create.ts";
import { updateDeployment } from "../deployment/update.ts";
import { buildHelmValues } from "../deployment/values/build-helm-values.ts";
import { createDeploymentResource } from "../deployment-resource/create.ts";
import { deleteDeploymentResource } from "../deployment-resource/delete.ts";
import { getDeploymentResource } from "../deployment-resource/get.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestCluster,
  insertTestResourceType,
  markInstalled,
  type TestWorld,
  tasksOf,
} from "../testing.ts";
import { createResourceOffer } from "./create.ts";
import { deleteResourceOffer } from "./delete.ts";
import { listResourceOffers } from "./list.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const page = { page: 1, perPage: 50 };
const secret = "env-secret-4711";

/** A resource of `env` with a secret, of a global type, and what it takes to use it in `otherEnv`. */
async function prepared({ isGlobal = true } = {}) {
  world = await createTestWorld(db);
  const { kind, env, otherEnv, otherCluster } = world;
  const type = await insertTestResourceType(db, {
    envId: isGlobal ? null : env.id,
    kindId: kind.id,
    key: "shop",
    isGlobal,
  });
  const { id: deploymentId } = await world.installed();
  const resource = await createDeploymentResource(world.owner, {
    typeId: type.id,
    deploymentId,
    name: "one",
    props: { size: 1, key: secret },
    syncStatus: "Creating",
  });
  const collection = { deployment: kind.name, type: "shop" };
  const chart = await insertTestChart(db, kind.id, {
    features: {},
    valuesUi: {
      inputs: [{ id: "shop", type: "CollectionSelect", collection, label: "Shop" }],
      outputs: { values: [{ path: ["key"], value: { FieldProperty: { input: "shop", property: "key" } } }] },
    },
  });
  const neighbour = await world.addMember(otherEnv.id, "User", "Owner");
  const use = (context: ServiceContext = neighbour) =>
    createDeployment(
      context,
      world.newDeployment({
        clusterId: context === neighbour ? otherCluster.id : world.cluster.id,
        helmChartId: chart.id,
        config: { shop: resource.id },
      }),
    );
  const offered = (envId: EnvId, context: ServiceContext) =>
    listCollectionItems(context, { envId, collection, filters: [], limit: 10 });
  const offer = (more: { readonly resourceId?: null } = {}) =>
    createResourceOffer(world.envAdmin, {
      envId: env.id,
      toEnvId: otherEnv.id,
      typeId: type.id,
      resourceId: resource.id,
      ...more,
    });
  return { ...world, type, resource, deploymentId, neighbour, use, offered, offer };
}

async function valuesOf(deploymentId: Parameters<typeof tasksOf>[1]) {
  const task = (await tasksOf(db, deploymentId)).at(-1);
  if (!task) throw new Error("no task");
  return (await buildHelmValues(world.owner, task)).values;
}

test("a resource of a global type belongs to its env: no other is offered it, refers to it, or is given its secrets", async () => {
  const { otherEnv, env, member, neighbour, offered, use, resource, owner } = await prepared();
  expect(await offered(otherEnv.id, neighbour)).toEqual([]);
  await expect(use()).rejects.toThrow(Invalid);
  await expect(getDeploymentResource(neighbour, resource.id)).rejects.toThrow(NotFound);
  expect(await offered(env.id, member)).toEqual([{ id: resource.id, label: "one" }]);
  expect(await valuesOf((await use(owner)).id)).toMatchObject({ key: secret });
});

test.each([
  ["one resource", {}],
  ["all of a type", { resourceId: null }],
] as const)(
  "what an admin of the owning env has offered, %s, may be used in the other env, until it is withdrawn",
  async (_, more) => {
    const { otherEnv, neighbour, offered, use, resource, offer, envAdmin } = await prepared();
    const { id } = await offer(more);
    expect(await offered(otherEnv.id, neighbour)).toEqual([{ id: resource.id, label: "one" }]);
    const user = await use();
    expect(await valuesOf(user.id)).toMatchObject({ key: secret });
    await deleteResourceOffer(envAdmin, id);
    expect(await offered(otherEnv.id, neighbour)).toEqual([]);
    await expect(valuesOf(user.id)).rejects.toThrow("which the env does not have.");
    await expect(use()).rejects.toThrow(Invalid);
  },
);

test("an offer is for the env that it names, and for nothing else of the env that gives it", async () => {
  const { offer, siteAdmin, resource, type, deploymentId, owner, neighbour, otherEnv, offered } =
    await prepared();
  await offer();
  const second = {
    typeId: type.id,
    deploymentId,
    name: "two",
    props: { size: 1 },
    syncStatus: "Creating",
  } as const;
  await createDeploymentResource(owner, second);
  expect(await offered(otherEnv.id, neighbour)).toEqual([{ id: resource.id, label: "one" }]);
  const [third] = await db.insert(envs).values({ name: crypto.randomUUID() }).returning();
  expect(await offered(third?.id ?? otherEnv.id, siteAdmin)).toEqual([]);
});

test("offers are given and withdrawn by admins of the owning env, read by both envs, and audited", async () => {
  const { env, otherEnv, type, owner, stranger, neighbour, member, offer, bot } = await prepared();
  const input = { envId: env.id, toEnvId: otherEnv.id, typeId: type.id, resourceId: null };
  await expect(createResourceOffer(owner, input)).rejects.toThrow(Forbidden);
  await expect(createResourceOffer(stranger, input)).rejects.toThrow(NotFound);
  const given = await offer();
  await expect(offer()).rejects.toThrow(Conflict);
  for (const context of [member, neighbour, stranger]) {
    expect((await listResourceOffers(context, { page })).items).toEqual([given]);
  }
  expect((await listResourceOffers(bot, { page })).items).toEqual([]);
  await expect(deleteResourceOffer(stranger, given.id)).rejects.toThrow(Forbidden);
  await expect(deleteResourceOffer(bot, given.id)).rejects.toThrow(NotFound);
  await deleteResourceOffer(world.envAdmin, given.id);
  const log = await db.select().from(auditLog).where(eq(auditLog.entityId, given.id)).orderBy(auditLog.seq);
  expect(log.map(({ entity, envId, actorLabel }) => [entity, envId, actorLabel])).toEqual([
    ["resource_offers", env.id, world.envAdmin.scope.label],
    ["resource_offers", env.id, world.envAdmin.scope.label],
  ]);
});

test("nothing is offered that is not the env's own", async () => {
  const { stranger, env, otherEnv, type, resource } = await prepared({ isGlobal: false });
  const theirs = { envId: otherEnv.id, toEnvId: env.id, typeId: type.id, resourceId: null };
  await expect(createResourceOffer(stranger, theirs)).rejects.toThrow(NotFound);
  const global = await insertTestResourceType(db, { envId: null, kindId: world.kind.id });
  await expect(
    createResourceOffer(stranger, { ...theirs, typeId: global.id, resourceId: resource.id }),
  ).rejects.toThrow(NotFound);
});

test.each([true, false])(
  "resources follow their deployment to another env, of a global type: %p; offers of the env before count no more",
  async (isGlobal) => {
    const { siteAdmin, deploymentId, otherCluster, otherEnv, env, resource, offered, offer } = await prepared(
      { isGlobal },
    );
    await offer();
    const [{ version } = { version: 0 }] = await db
      .select()
      .from(deployments)
      .where(eq(deployments.id, deploymentId));
    await updateDeployment(siteAdmin, { id: deploymentId, version, clusterId: otherCluster.id });
    const [row] = await db.select().from(deploymentResources).where(eq(deploymentResources.id, resource.id));
    expect(row?.envId).toBe(otherEnv.id);
    const [type] = await db
      .select()
      .from(deploymentResourceTypes)
      .where(eq(deploymentResourceTypes.id, row?.typeId ?? resource.typeId));
    expect(type).toMatchObject({ envId: isGlobal ? null : otherEnv.id, key: "shop" });
    expect(await offered(otherEnv.id, siteAdmin)).toHaveLength(1);
    expect(await offered(env.id, siteAdmin)).toEqual([]);
  },
);

test("a deployment cannot leave an env whose deployments use its resources", async () => {
  const { siteAdmin, owner, use, deploymentId, otherCluster, cluster } = await prepared();
  const user = await use(owner);
  const [row] = await db.select().from(deployments).where(eq(deployments.id, deploymentId));
  const move = () =>
    updateDeployment(siteAdmin, { id: deploymentId, version: row?.version ?? 0, clusterId: otherCluster.id });
  await expect(move()).rejects.toThrow(`${world.kind.name} ${user.name} uses one`);
  const beside = await insertTestCluster(db, world.env.id);
  await markInstalled(db, user.id);
  await updateDeployment(owner, { id: user.id, version: user.version, clusterId: beside.id });
  await expect(
    updateCluster(siteAdmin, { id: cluster.id, envId: world.otherEnv.id, confirmMove: true }),
  ).rejects.toThrow("uses one, which would be in another env then");
});

test("resources follow a cluster to another env, with whoever uses them there", async () => {
  const { siteAdmin, owner, use, cluster, otherEnv, resource } = await prepared();
  const user = await use(owner);
  await updateCluster(siteAdmin, { id: cluster.id, envId: otherEnv.id, confirmMove: true });
  const [row] = await db.select().from(deploymentResources).where(eq(deploymentResources.id, resource.id));
  expect(row?.envId).toBe(otherEnv.id);
  expect(await valuesOf(user.id)).toMatchObject({ key: secret });
});

test("who may not see the other env is told how many use a resource there, and not which", async () => {
  const { offer, use, owner, resource } = await prepared();
  await offer();
  const user = await use();
  const refused = deleteDeploymentResource(owner, resource.id);
  await expect(refused).rejects.toThrow("is used by 1 deployments of other envs");
  await expect(refused).rejects.not.toThrow(user.name);
});

test("a resource is made of a type of its own env, or of a global one", async () => {
  const { siteAdmin, deploymentId, otherEnv, kind } = await prepared();
  const { id: typeId } = await insertTestResourceType(db, { envId: otherEnv.id, kindId: kind.id });
  const made = { typeId, deploymentId, name: "x", props: { size: 1 }, syncStatus: "Creating" } as const;
  await expect(createDeploymentResource(siteAdmin, made)).rejects.toThrow("is one of another env");
});
