import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentKinds, secrets } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, Invalid, type Json, type KindId, NotFound } from "@platz/domain";
import { eq } from "drizzle-orm";
import { listCollectionItems } from "../collection/items.ts";
import { updateDeployment } from "../deployment/update.ts";
import { buildHelmValues } from "../deployment/values/build-helm-values.ts";
import { createTestWorld, insertTestChart, type TestWorld, tasksOf } from "../testing.ts";
import { createSecret } from "./create.ts";
import { updateSecret } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
let otherKind: KindId;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  const [kind] = await db.insert(deploymentKinds).values({ name: "Another" }).returning();
  if (!kind) throw new Error("no kind");
  otherKind = kind.id;
});
afterAll(() => db[Symbol.asyncDispose]());

const newSecret = (collection: string, kindIds: KindId[] | null = null) =>
  createSecret(world.envAdmin, {
    envId: world.env.id,
    collection,
    name: crypto.randomUUID(),
    contents: "s3cret",
    kindIds,
  });

type Filters = { field: string; value: Json }[];
async function chartThatSelects(collection: string, filters: Filters, type = "CollectionSelect") {
  const input = { id: "it", label: "It", collection, filters };
  const typed = type === "array" ? { type, itemType: "CollectionSelect" } : { type };
  const property = collection === "secrets" ? "contents" : "name";
  const valuesUi: Json = {
    inputs: [{ ...input, ...typed }],
    outputs: { values: [{ path: ["it"], value: { FieldProperty: { input: "it", property } } }] },
  };
  return (await insertTestChart(db, world.kind.id, { valuesUi, features: {} })).id;
}

const deployed = (helmChartId: Awaited<ReturnType<typeof chartThatSelects>>, it: Json) =>
  world.installed({ helmChartId, config: { it } });

async function render(id: Parameters<typeof tasksOf>[1]) {
  const task = (await tasksOf(db, id)).at(-1);
  if (!task) throw new Error("no task");
  return (await buildHelmValues(world.owner, task)).values;
}

test("the filter of a select of secrets holds when inputs are saved, for one and in lists", async () => {
  const [paint, database] = [await newSecret("paint"), await newSecret("databases")];
  const one = await chartThatSelects("secrets", [{ field: "collection", value: "paint" }]);
  await expect(deployed(one, database.id)).rejects.toThrow(
    "config.it: choose one of the secrets of the env with collection paint",
  );
  const { id, version } = await deployed(one, paint.id);
  await expect(
    updateDeployment(world.maintainer, { id, version, config: { it: database.id } }),
  ).rejects.toThrow(Invalid);
  const many = await chartThatSelects("secrets", [{ field: "collection", value: "paint" }], "array");
  await expect(deployed(many, [paint.id, database.id])).rejects.toThrow("with collection paint");
  await deployed(many, [paint.id]);
});

test("it holds again when values are rendered", async () => {
  const paint = await newSecret("paint");
  const { id } = await deployed(
    await chartThatSelects("secrets", [{ field: "collection", value: "paint" }]),
    paint.id,
  );
  expect(await render(id)).toMatchObject({ it: "s3cret" });
  await db.update(secrets).set({ collection: "databases" }).where(eq(secrets.id, paint.id));
  await expect(render(id)).rejects.toThrow("the form asks for one with collection paint");
});

test("so do the filters of a select of deployments", async () => {
  const target = await world.installed();
  const ofKind = (value: Json, field = "kind") => chartThatSelects("deployments", [{ field, value }]);
  await deployed(await ofKind(world.kind.name), target.id);
  await deployed(await ofKind(true, "enabled"), target.id);
  await deployed(await ofKind("true", "enabled"), target.id);
  await expect(deployed(await ofKind("Another"), target.id)).rejects.toThrow("with kind Another");
  await expect(deployed(await ofKind(false, "enabled"), target.id)).rejects.toThrow("with enabled false");
});

test("a filter that a collection does not have lets nothing through", async () => {
  const helmChartId = await chartThatSelects("secrets", [{ field: "colour", value: "red" }]);
  await expect(deployed(helmChartId, (await newSecret("paint")).id)).rejects.toThrow("with colour red");
});

test("a secret that names kinds is offered to, saved by and rendered for deployments of these alone", async () => {
  const helmChartId = await chartThatSelects("secrets", []);
  const [ours, theirs] = [await newSecret("c", [world.kind.id]), await newSecret("c", [otherKind])];
  await expect(deployed(helmChartId, theirs.id)).rejects.toThrow("this kind of deployment may not use");
  const { id } = await deployed(helmChartId, ours.id);
  expect(await render(id)).toMatchObject({ it: "s3cret" });
  const offered = async (kindId?: KindId) => {
    const request = { envId: world.env.id, collection: "secrets", filters: [], limit: 100, kindId };
    const items = await listCollectionItems(world.member, request);
    return [ours, theirs].map((secret) => items.some((item) => item.id === secret.id));
  };
  expect(await offered(world.kind.id)).toEqual([true, false]);
  expect(await offered(otherKind)).toEqual([false, true]);
  expect(await offered()).toEqual([false, false]);
  await db
    .update(secrets)
    .set({ kindIds: [otherKind] })
    .where(eq(secrets.id, ours.id));
  await expect(render(id)).rejects.toThrow("is not for this kind of deployment any more");
});

test("a secret is not taken from a kind that uses it, and is given to kinds that exist alone", async () => {
  const used = await newSecret("c");
  const { id, name, version } = await deployed(await chartThatSelects("secrets", []), used.id);
  const keepFor = (kindIds: KindId[] | null) => updateSecret(world.envAdmin, { id: used.id, kindIds });
  await expect(keepFor([otherKind])).rejects.toThrow(Conflict);
  await expect(keepFor([otherKind])).rejects.toThrow(name);
  expect((await keepFor([world.kind.id])).kindIds).toEqual([world.kind.id]);
  await updateDeployment(world.owner, { id, version, config: {} });
  expect((await keepFor([otherKind])).kindIds).toEqual([otherKind]);
  expect((await updateSecret(world.envAdmin, { id: used.id, name: "same" })).kindIds).toEqual([otherKind]);
  expect((await keepFor(null)).kindIds).toBeNull();
  await expect(keepFor([crypto.randomUUID() as KindId])).rejects.toThrow(NotFound);
});
