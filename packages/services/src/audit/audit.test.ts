import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type AuditFilter, Unauthenticated } from "@platz/domain";
import { desc, eq, sql } from "drizzle-orm";
import type { ServiceContext } from "../context.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createEnv } from "../env/create.ts";
import { updateEnv } from "../env/update.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { exportAudit } from "./export.ts";
import { fieldChanges } from "./field-changes.ts";
import { listAudit } from "./list.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

async function entriesOf(entityId: string) {
  return await db.select().from(auditLog).where(eq(auditLog.entityId, entityId)).orderBy(desc(auditLog.seq));
}

test("a change is recorded with who, by what, from where, and each field before and after", async () => {
  const origin = { action: "envs.update", requestId: "r-1", address: "192.0.2.7" };
  const admin = { ...world.siteAdmin, origin };
  const env = await createEnv(admin, { name: crypto.randomUUID(), autoAddNewUsers: false });
  await updateEnv(admin, { id: env.id, version: env.version, autoAddNewUsers: true });
  const [entry] = await entriesOf(env.id);
  expect(entry).toMatchObject({
    actorKind: "User",
    actorId: admin.identity.id,
    actorLabel: admin.scope.label,
    action: "envs.update",
    outcome: "Done",
    entity: "envs",
    entityLabel: env.name,
    envId: env.id,
    version: env.version + 1,
    changes: { autoAddNewUsers: { before: false, after: true } },
    requestId: "r-1",
    address: "192.0.2.7",
  });
});

test("a stale edit is a conflict that says who changed what meanwhile", async () => {
  const { siteAdmin } = world;
  const env = await createEnv(siteAdmin, { name: crypto.randomUUID(), autoAddNewUsers: false });
  await updateEnv(siteAdmin, { id: env.id, version: env.version, nodeSelector: { pool: "a" } });
  const stale = updateEnv(siteAdmin, { id: env.id, version: env.version, autoAddNewUsers: true });
  await expect(stale).rejects.toThrow(
    new RegExp(`was changed since you opened it \\(${siteAdmin.scope.label} changed nodeSelector at 20`),
  );
});

test("the override of a deployment's values is recorded as changed, and its contents are nowhere in the log", async () => {
  const { owner, installed } = world;
  const { id, version } = await installed();
  await updateDeployment(owner, { id, version, valuesOverride: { key: "xyzzy-plugh" } });
  const entries = await entriesOf(id);
  expect(entries[0]?.changes).toHaveProperty("valuesOverride", { before: {}, after: "(secret)" });
  expect(JSON.stringify(await db.select().from(auditLog))).not.toContain("xyzzy-plugh");
});

test("what did not change, and what the database keeps by itself, is no change", () => {
  const before = { id: "1", version: 1, name: "a", at: new Date(0), tags: { x: [1] } };
  const after = { id: "1", version: 2, name: "b", at: new Date(0), tags: { x: [1] }, note: "n" };
  expect(fieldChanges({ before, after, secrets: [] })).toEqual({
    name: { before: "a", after: "b" },
    note: { before: null, after: "n" },
  });
});

test("sealed texts are hidden wherever they stand, and long values are cut", () => {
  const sealed = { password: { $sealed: "platz1.k.a.b" }, size: 1 };
  const changes = fieldChanges({
    before: { config: {} },
    after: { config: sealed, descriptionMd: "x".repeat(10_000) },
    secrets: [],
  });
  expect(changes["config"]).toEqual({ before: {}, after: { password: "(secret)", size: 1 } });
  expect(JSON.stringify(changes["descriptionMd"]).length).toBeLessThan(5000);
});

test("site admins read every entry, admins of an env those of their envs, and everybody their own", async () => {
  const own = await createTestWorld(db);
  const { owner, envAdmin, member, stranger, siteAdmin } = own;
  const { id } = await own.installed();
  const page = { page: 1, perPage: 100 };
  const seen = async (context: typeof owner) =>
    (await listAudit(context, { page, entityId: id })).items.map(({ action }) => action);
  expect(await seen(siteAdmin)).toEqual(["internal"]);
  expect(await seen(envAdmin)).toEqual(["internal"]);
  expect(await seen(owner)).toEqual(["internal"]);
  expect(await seen(member)).toEqual([]);
  expect(await seen(stranger)).toEqual([]);
});

test("the log can be narrowed by every field, and a page past the end keeps the total", async () => {
  const own = await createTestWorld(db);
  const before = new Date();
  const { id } = await own.installed();
  const total = async (filter: AuditFilter) =>
    (await listAudit(own.siteAdmin, { ...filter, page: { page: 9, perPage: 10 } })).numTotal;
  const one: AuditFilter = { envId: own.env.id, entity: "deployments", entityId: id };
  expect(await total(one)).toBe(1);
  expect(await total({ ...one, actorKind: "User", actorId: own.owner.identity.id, outcome: "Done" })).toBe(1);
  expect(await total({ ...one, from: before, to: new Date(Date.now() + 60_000) })).toBe(1);
  expect(await total({ ...one, to: before })).toBe(0);
  expect(await total({ ...one, outcome: "Denied" })).toBe(0);
  expect(await total({ ...one, action: "deployments.create" })).toBe(0);
});

test("an export gives every entry once, however many pieces it takes", async () => {
  const label = crypto.randomUUID();
  await db.execute(
    sql`insert into audit_log (actor_label, action, outcome)
        select ${label}, 'a' || n, 'Done' from generate_series(1, 1203) n`,
  );
  const seen: string[] = [];
  for await (const entry of exportAudit(async () => world.siteAdmin, {})) {
    if (entry.actorLabel === label) seen.push(entry.action);
  }
  expect(seen).toHaveLength(1203);
  expect(new Set(seen).size).toBe(1203);
});

test("an export ends at the piece at which its reader has lost the right, or the credential", async () => {
  const label = crypto.randomUUID();
  await db.execute(
    sql`insert into audit_log (actor_label, action, outcome)
        select ${label}, 'a' || n, 'Done' from generate_series(1, 1203) n`,
  );
  const endsAs = async (after: () => Promise<ServiceContext>) => {
    let asked = 0;
    const caller = async () => {
      asked += 1;
      return asked === 1 ? world.siteAdmin : await after();
    };
    let count = 0;
    const read = async () => {
      for await (const _entry of exportAudit(caller, {})) count += 1;
    };
    return { read, count: () => count };
  };
  const demoted = await endsAs(async () => world.member);
  await demoted.read();
  expect(demoted.count()).toBeLessThan(1000);
  const revoked = await endsAs(async () => {
    throw new Unauthenticated("This API token is not valid, or has been revoked.");
  });
  await expect(revoked.read()).rejects.toThrow("revoked");
  expect(revoked.count()).toBe(500);
});
