import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentResources } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  Conflict,
  Forbidden,
  Invalid,
  type Json,
  type JsonObject,
  NotFound,
  PreconditionFailed,
} from "@platz/domain";
import { eq } from "drizzle-orm";
import { listCollectionItems } from "../collection/items.ts";
import { openContext, type ServiceContext } from "../context.ts";
import { createDeployment } from "../deployment/create.ts";
import { buildHelmValues } from "../deployment/values/build-helm-values.ts";
import { createSecret } from "../secret/create.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestResourceType,
  markInstalled,
  operationsOf,
  type TestWorld,
  tasksOf,
} from "../testing.ts";
import { createDeploymentResource } from "./create.ts";
import { deleteDeploymentResource } from "./delete.ts";
import { getDeploymentResource } from "./get.ts";
import { retryDeploymentResource } from "./retry.ts";
import { updateDeploymentResource } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const hook = { target: { endpoint: "standard_ingress", path: "/shops", method: "POST" } };

async function newType(lifecycle: Json = {}) {
  return await insertTestResourceType(db, { envId: world.env.id, kindId: world.kind.id, lifecycle });
}

async function newResource({
  lifecycle = {},
  props = { size: 1 },
  as = world.maintainer,
}: {
  lifecycle?: Json;
  props?: JsonObject;
  as?: ServiceContext;
} = {}) {
  const type = await newType(lifecycle);
  const manager = await world.installed();
  const name = crypto.randomUUID();
  const resource = await createDeploymentResource(as, {
    typeId: type.id,
    deploymentId: manager.id,
    name,
    props,
    syncStatus: "Creating",
  });
  return { type, manager, resource };
}

/** A chart whose form has a select of such resources, and a deployment that chose this one. */
async function userOf({ type, resource }: Awaited<ReturnType<typeof newResource>>, collection?: Json) {
  const valuesUi = {
    apiVersion: "platz.io/v1beta1",
    kind: "ValuesUi",
    inputs: [
      {
        id: "shop",
        type: "CollectionSelect",
        label: "Shop",
        collection: collection ?? { deployment: world.kind.name, type: type.key },
      },
    ],
    outputs: {
      values: [
        { path: ["shop", "name"], value: { FieldProperty: { input: "shop", property: "name" } } },
        { path: ["shop", "key"], value: { FieldProperty: { input: "shop", property: "key" } } },
      ],
    },
  } as Json;
  const chart = await insertTestChart(db, world.kind.id, { valuesUi });
  const { id } = await createDeployment(world.owner, {
    ...world.newDeployment(),
    helmChartId: chart.id,
    config: { shop: resource.id },
  });
  return await markInstalled(db, id);
}

test("a resource is made, and waits for its hook when its type has one", async () => {
  const { resource } = await newResource();
  expect(resource).toMatchObject({ syncStatus: "Ready", exists: true, envId: world.env.id, version: 1 });
  const hooked = await newResource({ lifecycle: { create: hook } });
  expect(hooked.resource.syncStatus).toBe("Creating");
  const [row] = await db
    .select()
    .from(deploymentResources)
    .where(eq(deploymentResources.id, hooked.resource.id));
  expect(row?.nextSyncAt).toBeInstanceOf(Date);
});

test("what a type calls sensitive is sealed, shown to nobody, and given to Helm", async () => {
  const made = await newResource({ props: { size: 1, key: "xyzzy-key" } });
  expect(made.resource.props).toEqual({ size: 1 });
  expect((await getDeploymentResource(world.siteAdmin, made.resource.id)).props).toEqual({ size: 1 });
  expect(JSON.stringify(await db.select().from(deploymentResources))).not.toContain("xyzzy-key");
  const user = await userOf(made);
  const task = (await tasksOf(db, user.id)).at(-1);
  if (!task) throw new Error("no task");
  const { values, confidential } = await buildHelmValues(world.owner, task);
  expect(values["shop"]).toEqual({ name: made.resource.name, key: "xyzzy-key" });
  expect(confidential).toContain("xyzzy-key");
});

test("properties are merged, so that who never saw a secret keeps it", async () => {
  const { resource } = await newResource({ props: { size: 1, key: "kept-key" } });
  const changed = await updateDeploymentResource(world.maintainer, { id: resource.id, props: { size: 2 } });
  expect(changed).toMatchObject({ props: { size: 2 }, version: 2 });
  const [row] = await db.select().from(deploymentResources).where(eq(deploymentResources.id, resource.id));
  expect(row?.props["key"]).toHaveProperty("$sealed");
  const same = await updateDeploymentResource(world.maintainer, {
    id: resource.id,
    props: { key: "kept-key" },
  });
  expect(same.version).toBe(2);
});

test("properties that the type's form does not allow are refused by name", async () => {
  const { resource } = await newResource();
  await expect(
    updateDeploymentResource(world.maintainer, { id: resource.id, props: { size: "large" } }),
  ).rejects.toThrow(/props\.size/);
  await expect(newResource({ props: {} })).rejects.toThrow(Invalid);
});

test("a change reinstalls each deployment that uses the resource once, by whichever name its form has for it", async () => {
  const made = await newResource();
  const users = [await userOf(made), await userOf(made, made.type.key)];
  await updateDeploymentResource(world.maintainer, {
    id: made.resource.id,
    props: { size: 5 },
    name: "corner",
  });
  for (const { id } of users) {
    const reinstalls = (await operationsOf(db, id)).filter(({ kind }) => kind === "Reinstall");
    expect(reinstalls).toEqual([
      { kind: "Reinstall", reason: `shop ${made.resource.name} was renamed to corner` },
    ]);
  }
});

test("a resource that is used stays; else its delete hook comes first, and its name is free again at the end", async () => {
  const made = await newResource({ lifecycle: { delete: hook } });
  await userOf(made);
  await expect(deleteDeploymentResource(world.maintainer, made.resource.id)).rejects.toThrow(Conflict);
  const hooked = await newResource({ lifecycle: { delete: hook } });
  await deleteDeploymentResource(world.maintainer, hooked.resource.id);
  expect(await getDeploymentResource(world.maintainer, hooked.resource.id)).toMatchObject({
    syncStatus: "Deleting",
    exists: true,
  });
  await expect(
    updateDeploymentResource(world.maintainer, { id: hooked.resource.id, name: "again" }),
  ).rejects.toThrow(PreconditionFailed);
  const plain = await newResource();
  await deleteDeploymentResource(world.maintainer, plain.resource.id);
  expect((await getDeploymentResource(world.maintainer, plain.resource.id)).exists).toBe(false);
  const { typeId } = plain.resource;
  const again = { typeId, deploymentId: plain.manager.id, name: plain.resource.name, props: { size: 1 } };
  expect(
    await createDeploymentResource(world.maintainer, { ...again, syncStatus: "Creating" }),
  ).toMatchObject({
    exists: true,
  });
});

test("a deployment mirrors resources of its own kind in its own env, and of no other", async () => {
  const type = await newType({ create: hook });
  const manager = await world.installed();
  const asManager = await openContext(world.owner, { kind: "Deployment", id: manager.id });
  const wanted = { typeId: type.id, deploymentId: manager.id, props: { anything: true } };
  const mirrored = await createDeploymentResource(asManager, { ...wanted, name: "m", syncStatus: "Ready" });
  expect(mirrored).toMatchObject({ syncStatus: "Ready", props: { anything: true } });
  const foreign = await insertTestResourceType(db, {
    envId: null,
    kindId: (await createTestWorld(db)).kind.id,
  });
  await expect(
    createDeploymentResource(asManager, { ...wanted, typeId: foreign.id, name: "f", syncStatus: "Ready" }),
  ).rejects.toThrow(Forbidden);
  await expect(
    createDeploymentResource(world.maintainer, { ...wanted, name: "r", syncStatus: "Ready" }),
  ).rejects.toThrow("Only a deployment may");
});

test("a change that failed is tried again when somebody asks for it, and one that is done is not", async () => {
  const { resource } = await newResource({ lifecycle: { create: hook, update: hook } });
  const failed = {
    syncStatus: "Error",
    syncReason: "The application answered 500.",
    syncAttempt: 3,
    nextSyncAt: null,
  } as const;
  await db.update(deploymentResources).set(failed).where(eq(deploymentResources.id, resource.id));
  await expect(retryDeploymentResource(world.member, resource.id)).rejects.toThrow(Forbidden);
  expect(await retryDeploymentResource(world.maintainer, resource.id)).toMatchObject({
    syncStatus: "Creating",
    syncReason: null,
    syncAttempt: 0,
    nextSyncAt: expect.any(Date),
  });
  const { resource: done } = await newResource();
  await expect(retryDeploymentResource(world.maintainer, done.id)).rejects.toThrow("nothing to try again");
});

test("what the lifecycle leaves to owners is refused to maintainers, and all of it to others", async () => {
  const { resource } = await newResource({ lifecycle: { update: { allowed_role: "Owner" } } });
  const edit = { id: resource.id, props: { size: 9 } };
  await expect(updateDeploymentResource(world.maintainer, edit)).rejects.toThrow(Forbidden);
  await expect(updateDeploymentResource(world.member, edit)).rejects.toThrow(Forbidden);
  await expect(updateDeploymentResource(world.stranger, edit)).rejects.toThrow(NotFound);
  expect((await updateDeploymentResource(world.owner, edit)).props).toEqual({ size: 9 });
});

test("a form offers what it can choose from, of its env alone, by name, narrowed as the form says", async () => {
  const { env, envAdmin, member, stranger } = world;
  const of = (collection: Json, more: object = {}) =>
    listCollectionItems(member, { envId: env.id, collection, filters: [], limit: 100, ...more });
  for (const name of ["beta", "alpha"]) {
    await createSecret(envAdmin, { envId: env.id, collection: "vaults", name, contents: "x" });
  }
  await createSecret(envAdmin, { envId: env.id, collection: "other", name: "gamma", contents: "x" });
  const filters = [{ field: "collection", value: "vaults" }];
  expect((await of("secrets", { filters })).map(({ label }) => label)).toEqual(["alpha", "beta"]);
  expect((await of("secrets", { search: "AMM" })).map(({ label }) => label)).toEqual(["gamma"]);
  const { resource, type, manager } = await newResource();
  const offered = [{ id: resource.id, label: resource.name }];
  expect(await of({ deployment: world.kind.name, type: type.key })).toEqual(offered);
  expect(await of(type.key)).toEqual(offered);
  expect((await of("deployments", { search: manager.name })).map(({ id }) => id)).toEqual([manager.id]);
  await expect(of("users")).rejects.toThrow("users has nothing to choose from");
  await expect(of("secrets", { filters: [{ field: "owner", value: "x" }] })).rejects.toThrow(Invalid);
  await expect(
    listCollectionItems(stranger, { envId: env.id, collection: "secrets", filters: [], limit: 10 }),
  ).rejects.toThrow(NotFound);
});
