import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, rowEvents, statusChanges } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type Deployment, type Json, NotFound, type ReportedStatus } from "@platz/domain";
import { desc, eq } from "drizzle-orm";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { listStatusChanges } from "./list-changes.ts";
import { clearStatus, forgetOldStatusChanges, reportStatus } from "./report-status.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const timestamp = "2030-01-01T00:00:00.000Z";
const good = (content: Json): ReportedStatus => ({ timestamp, get_successful: true, content, error: null });
const named = (name: string, more: Record<string, Json> = {}) =>
  good({ status: { name, color: "success" }, ...more });
const bad = (error: string): ReportedStatus => ({ timestamp, get_successful: false, content: null, error });

const page = { page: 1, perPage: 100 };
async function changesOf({ id: deploymentId }: Pick<Deployment, "id">) {
  return (await listStatusChanges(world.member, { deploymentId, page })).items;
}
const rowOf = async ({ id }: Pick<Deployment, "id">) =>
  (await db.select().from(deployments).where(eq(deployments.id, id)))[0];

test("what a deployment reports, that it fails, and that it is not asked any more are changes, newest first", async () => {
  const deployment = await world.installed();
  const { id } = deployment;
  await reportStatus(db, id, named("Idle"));
  await reportStatus(db, id, bad("It is on fire 🔥"));
  await reportStatus(db, id, named("<b>Busy</b>", { notices: [{ level: "Danger", text: "hot" }] }));
  await clearStatus(db, id);
  await clearStatus(db, id);
  const none = { name: null, color: null, error: null, notices: [] };
  expect(await changesOf(deployment)).toMatchObject([
    none,
    { name: "<b>Busy</b>", color: "success", error: null, notices: [{ level: "Danger", text: "hot" }] },
    { ...none, error: "It is on fire 🔥" },
    { name: "Idle", color: "success", error: null, notices: [] },
  ]);
  expect(await rowOf(deployment)).toMatchObject({ reportedStatus: null });
});

test("metrics and the words of notices are stored, but are no change", async () => {
  const deployment = await world.installed();
  const metric = (value: string) => ({
    primary_metric: { value, unit: "req", short_description: "load", color: null },
    notices: [{ level: "Info", text: `${value} requests` }],
  });
  await reportStatus(db, deployment.id, named("Idle", metric("1")));
  await reportStatus(db, deployment.id, named("Idle", metric("2")));
  expect(await changesOf(deployment)).toHaveLength(1);
  expect(JSON.stringify((await rowOf(deployment))?.reportedStatus)).toContain("2 requests");
});

test("a newer time alone writes nothing", async () => {
  const { id } = await world.installed();
  await reportStatus(db, id, named("Idle"));
  const eventsOf = async () => await db.select().from(rowEvents).where(eq(rowEvents.rowId, id));
  const before = await eventsOf();
  await reportStatus(db, id, { ...named("Idle"), timestamp: "2031-01-01T00:00:00.000Z" });
  expect(await rowOf({ id })).toMatchObject({ reportedStatus: { timestamp } });
  expect(await eventsOf()).toEqual(before);
});

test("the past of a deployment is bounded in number and in age, whatever the others have", async () => {
  const [busy, calm] = [await world.installed(), await world.installed()];
  await reportStatus(db, calm.id, named("Idle"));
  for (let n = 0; n < 205; n++) await reportStatus(db, busy.id, named(`at ${n}`));
  const deploymentId = busy.id;
  const { items } = await listStatusChanges(world.member, { deploymentId, page: { page: 1, perPage: 500 } });
  expect(items).toHaveLength(200);
  expect(items[0]).toMatchObject({ name: "at 204" });
  expect(items.at(-1)).toMatchObject({ name: "at 5" });
  const old = new Date(Date.now() - 91 * 86_400_000);
  await db.update(statusChanges).set({ createdAt: old }).where(eq(statusChanges.deploymentId, busy.id));
  expect(await forgetOldStatusChanges(db)).toBe(200);
  expect(await changesOf(calm)).toHaveLength(1);
});

test("the past is read on from a cursor", async () => {
  const { id: deploymentId } = await world.installed();
  for (const name of ["a", "b", "c"]) await reportStatus(db, deploymentId, named(name));
  const first = await listStatusChanges(world.member, { deploymentId, page: { page: 1, perPage: 2 } });
  const cursor = first.nextCursor ?? "";
  const rest = await listStatusChanges(world.member, { deploymentId, page: { page: 1, perPage: 2, cursor } });
  expect(rest.items).toMatchObject([{ name: "a" }]);
  expect(rest.nextCursor).toBeNull();
});

test("who does not see the deployment neither reads its past nor hears of changes", async () => {
  const { id: deploymentId } = await world.installed();
  await reportStatus(db, deploymentId, named("Idle"));
  await expect(listStatusChanges(world.stranger, { deploymentId, page })).rejects.toThrow(NotFound);
  const [event] = await db
    .select()
    .from(rowEvents)
    .where(eq(rowEvents.tableName, "status_changes"))
    .orderBy(desc(rowEvents.seq))
    .limit(1);
  expect(event).toMatchObject({ operation: "INSERT", visibility: "env", envIds: [world.env.id] });
});

test("long words are shortened, without half an emoji", async () => {
  const deployment = await world.installed();
  await reportStatus(db, deployment.id, named(`x${"😀".repeat(400)}`));
  const [change] = await changesOf(deployment);
  expect(change?.name).toHaveLength(501);
  expect(change?.name?.isWellFormed()).toBe(true);
});
