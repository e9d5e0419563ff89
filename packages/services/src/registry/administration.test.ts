import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentKinds } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, Forbidden, Invalid } from "@platz/domain";
import { getKind } from "../kind/get.ts";
import { updateKind } from "../kind/update.ts";
import { createTagFormat } from "../tag-format/create.ts";
import { deleteTagFormat } from "../tag-format/delete.ts";
import { createTestWorld, insertTestChart, type TestWorld } from "../testing.ts";
import { getRegistry } from "./get.ts";
import { updateRegistry } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

async function anotherKind() {
  const name = `Kind${crypto.randomUUID().slice(0, 8)}`;
  const [kind] = await db.insert(deploymentKinds).values({ name }).returning();
  if (!kind) throw new Error("no kind");
  return kind;
}

test("a repository takes another kind while nothing runs its charts, and keeps it from then on", async () => {
  const kind = await anotherKind();
  const unused = await insertTestChart(db, world.kind.id, {});
  const registry = await getRegistry(world.member, unused.helmRegistryId);
  const moved = await updateRegistry(world.siteAdmin, {
    id: registry.id,
    version: registry.version,
    kindId: kind.id,
  });
  expect(moved).toMatchObject({ kindId: kind.id, version: registry.version + 1 });
  await world.installed();
  const used = await getRegistry(world.member, world.chart.helmRegistryId);
  await expect(
    updateRegistry(world.siteAdmin, { id: used.id, version: used.version, kindId: kind.id }),
  ).rejects.toThrow(/deployments run charts of .*, so it keeps its kind/);
  const { faIcon } = await updateRegistry(world.siteAdmin, {
    id: used.id,
    version: used.version,
    faIcon: "rocket",
  });
  expect(faIcon).toBe("rocket");
});

test("a kind is renamed without moving what is deployed, never to a name that is taken", async () => {
  const { id, version, name } = await anotherKind();
  await expect(updateKind(world.siteAdmin, { id, version, name: world.kind.name })).rejects.toThrow(Conflict);
  await expect(updateKind(world.envAdmin, { id, version, name: `${name}x` })).rejects.toThrow(Forbidden);
  await updateKind(world.siteAdmin, { id, version, name: `${name}x` });
  expect(await getKind(world.member, id)).toMatchObject({ name: `${name}x`, version: version + 1 });
  await expect(updateKind(world.siteAdmin, { id, version, name })).rejects.toThrow(Conflict);
});

test("a tag format that no engine reads in linear time, or that is no expression, is refused with the reason", async () => {
  for (const pattern of ["(?<version>", "(?=x)y", "(.)\\1"]) {
    await expect(createTagFormat(world.siteAdmin, { pattern })).rejects.toThrow(Invalid);
  }
  const pattern = "^release-(?<version>[0-9.]+)$";
  const format = await createTagFormat(world.siteAdmin, { pattern });
  await expect(createTagFormat(world.siteAdmin, { pattern })).rejects.toThrow(Conflict);
  await deleteTagFormat(world.siteAdmin, format.id);
  expect(await createTagFormat(world.siteAdmin, { pattern })).toMatchObject({ pattern });
});
