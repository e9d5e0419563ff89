import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { DeploymentId, EnvId } from "@platz/domain";
import type { ServiceContext } from "@platz/services";
import { createTestWorld, insertTestChart, type TestWorld } from "@platz/services/testing";
import { createCaller } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

function callerOf(context: ServiceContext) {
  return createCaller(apiContextOf(context, { requestId: "request-7", address: "192.0.2.7" }));
}

async function newest() {
  return (await db.select().from(auditLog)).toSorted((a, b) => b.seq - a.seq)[0];
}

test("who is refused is in the audit log: what they tried, why not, and from where", async () => {
  const { member } = world;
  await expect(callerOf(member).envs.create({ name: "mine" })).rejects.toThrow("Only a site admin");
  expect(await newest()).toMatchObject({
    actorId: member.identity.id,
    action: "envs.create",
    outcome: "Denied",
    reason: "Only a site admin may create an env.",
    requestId: "request-7",
    address: "192.0.2.7",
  });
});

test("a write to what looks absent is a denial, a look at it is not", async () => {
  const { stranger, installed } = world;
  const { id, version } = await installed();
  const api = callerOf(stranger);
  await expect(api.deployments.update({ id, version, enabled: false })).rejects.toThrow("no deployment");
  const denied = await newest();
  expect(denied).toMatchObject({ actorId: stranger.identity.id, action: "deployments.update" });
  await expect(api.deployments.get({ id })).rejects.toThrow("no deployment");
  expect(await newest()).toEqual(denied);
});

test("equal denials of an hour are one entry with a count and the last time, however many they are", async () => {
  const { member } = world;
  for (let time = 0; time < 30; time += 1) {
    await expect(callerOf(member).envs.create({ name: "again" })).rejects.toThrow("Only a site admin");
  }
  const entries = (await db.select().from(auditLog)).filter(
    ({ actorId, action }) => actorId === member.identity.id && action === "envs.create",
  );
  expect(entries).toHaveLength(1);
  expect(entries[0]?.count).toBeGreaterThanOrEqual(30);
  expect(entries[0]?.lastAt?.getTime()).toBeGreaterThan(entries[0]?.createdAt.getTime() ?? 0);
});

test("whoever is refused a thousand different things within an hour fills a hundred entries and one for the rest", async () => {
  const { owner } = await createTestWorld(db);
  const api = callerOf(owner);
  for (let from = 0; from < 1000; from += 50) {
    const ids = Array.from({ length: 50 }, () => EnvId.parse(crypto.randomUUID()));
    await Promise.allSettled(ids.map((id) => api.envs.delete({ id })));
    await Promise.allSettled(ids.map((id) => api.deployments.delete({ id: DeploymentId.parse(id) })));
  }
  const entries = (await db.select().from(auditLog)).filter(({ actorId }) => actorId === owner.identity.id);
  // Those that come at the very same moment do not see each other.
  expect(entries.length).toBeLessThan(100 + 1 + 50);
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
  const rest = entries.filter(({ reason }) => reason?.startsWith("More than 100 different things"));
  expect(rest).toHaveLength(1);
});

test("admins of an env see who was refused something in it, be it that the door refused or that it looked absent", async () => {
  const own = await createTestWorld(db);
  const { stranger, member, envAdmin, env, installed } = own;
  const { id, version } = await installed();
  await expect(callerOf(stranger).deployments.update({ id, version, enabled: false })).rejects.toThrow();
  await expect(callerOf(member).deployments.delete({ id })).rejects.toThrow("Only an owner");
  await expect(callerOf(envAdmin).envs.delete({ id: env.id })).rejects.toThrow("Only a site admin");
  const readOnly = { ...own.owner, grant: { ...own.owner.grant, readOnly: true } };
  await expect(callerOf(readOnly).deployments.delete({ id })).rejects.toThrow("change nothing");
  const { items } = await callerOf(envAdmin).audit.list({ outcome: "Denied", envId: env.id });
  expect(items.map(({ actorId, action }) => [actorId, action])).toEqual([
    [own.owner.identity.id, "deployments.delete"],
    [envAdmin.identity.id, "envs.delete"],
    [member.identity.id, "deployments.delete"],
    [stranger.identity.id, "deployments.update"],
  ]);
});

test("each denied part of an upgrade of many is a denial of its own, also where other parts were done", async () => {
  const own = await createTestWorld(db);
  const [first, second, third] = [await own.installed(), await own.installed(), await own.installed()];
  const foreign = await world.installed();
  const chart = await insertTestChart(db, own.kind.id, {});
  const denied = async (context: ServiceContext) =>
    (await db.select().from(auditLog).orderBy(auditLog.seq)).filter(
      ({ actorId, outcome }) => actorId === context.identity.id && outcome === "Denied",
    );
  const ids = [first.id, foreign.id, DeploymentId.parse(crypto.randomUUID())];
  await callerOf(own.maintainer).deployments.bulkUpgrade({ ids, helmChartId: chart.id });
  expect((await denied(own.maintainer)).map(({ envId }) => envId)).toEqual([world.env.id, null]);
  const none = callerOf(own.member).deployments.bulkUpgrade({
    ids: [second.id, third.id],
    helmChartId: chart.id,
  });
  await expect(none).rejects.toThrow("Only a maintainer");
  const entries = await denied(own.member);
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(2);
});
