import { afterAll, beforeAll, expect, test } from "bun:test";
import { insertKindGrant } from "@platz/db/queries/kind-grants";
import { auditLog, rowEvents } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { ClusterId, Forbidden, KindId, NewKindGrant, NotFound } from "@platz/domain";
import { and, eq } from "drizzle-orm";
import { createTestWorld } from "../testing.ts";
import { createKindGrant } from "./create.ts";
import { deleteKindGrant } from "./delete.ts";
import { getKindGrant } from "./get.ts";
import { grantOf } from "./grant-of.ts";
import { listKindGrants } from "./list.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const everything = (kindId: KindId, more: object = {}) =>
  NewKindGrant.parse({ kindId, preset: "everything", reason: "it is our operator", ...more });

test("a new kind has nothing and baseline; a grant of a site admin counts at once, and ends when it is taken back", async () => {
  const { siteAdmin, kind, cluster } = await createTestWorld(db);
  const of = () => grantOf(db, { kindId: kind.id, clusterId: cluster.id });
  const nothing = { clusterRoles: [], podSecurity: { enforce: "baseline", warn: null } } as const;
  expect(await of()).toEqual(nothing);
  const podSecurity = { enforce: "privileged", warn: "baseline" } as const;
  const { id } = await createKindGrant(siteAdmin, everything(kind.id, { podSecurity }));
  expect(await of()).toEqual({ clusterRoles: ["platz-grant-all"], podSecurity });
  await deleteKindGrant(siteAdmin, id);
  expect(await of()).toEqual(nothing);
  await expect(deleteKindGrant(siteAdmin, id)).rejects.toThrow(NotFound);
});

test("a grant for some clusters counts there alone, and other kinds have nothing of it", async () => {
  const { siteAdmin, kind, cluster, otherCluster } = await createTestWorld(db);
  const { kind: otherKind } = await createTestWorld(db);
  await createKindGrant(siteAdmin, everything(kind.id, { clusterIds: [cluster.id] }));
  const rolesOf = async (kindId: KindId, clusterId: ClusterId) =>
    (await grantOf(db, { kindId, clusterId })).clusterRoles;
  expect(await rolesOf(kind.id, cluster.id)).toEqual(["platz-grant-all"]);
  expect(await rolesOf(kind.id, otherCluster.id)).toEqual([]);
  expect(await rolesOf(otherKind.id, cluster.id)).toEqual([]);
});

test("everybody reads who gave a grant, when and why", async () => {
  const { siteAdmin, kind, member } = await createTestWorld(db);
  const given = await createKindGrant(siteAdmin, everything(kind.id));
  const { items } = await listKindGrants(member, { kindId: kind.id, page: { page: 1, perPage: 50 } });
  expect(items).toEqual([given]);
  expect(await getKindGrant(member, given.id)).toMatchObject({
    grantedBy: siteAdmin.scope.label,
    reason: "it is our operator",
    createdAt: expect.any(Date),
  });
});

test("nobody but site admins gives a grant or takes one back", async () => {
  const { siteAdmin, kind, envAdmin, owner, bot } = await createTestWorld(db);
  const { id } = await createKindGrant(siteAdmin, everything(kind.id));
  for (const context of [envAdmin, owner, bot]) {
    await expect(createKindGrant(context, everything(kind.id))).rejects.toThrow(Forbidden);
    await expect(deleteKindGrant(context, id)).rejects.toThrow(Forbidden);
  }
});

test("what is granted and taken back is in the audit log with what was and what is, and a row event", async () => {
  const { siteAdmin, kind } = await createTestWorld(db);
  const { id } = await createKindGrant(siteAdmin, everything(kind.id));
  await deleteKindGrant(siteAdmin, id);
  const entries = await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.entity, "kind_grants"), eq(auditLog.entityId, id)))
    .orderBy(auditLog.seq);
  expect(entries.map(({ entityLabel, changes }) => [entityLabel, changes?.["preset"]])).toEqual([
    [`grant of ${kind.name}`, { before: null, after: "everything" }],
    [`grant of ${kind.name}`, { before: "everything", after: null }],
  ]);
  expect(entries[0]?.changes).toMatchObject({
    podSecurity: { before: null, after: { enforce: "baseline", warn: null } },
    reason: { before: null, after: "it is our operator" },
  });
  const events = await db.select().from(rowEvents).where(eq(rowEvents.rowId, id)).orderBy(rowEvents.seq);
  expect(events.map(({ operation, visibility }) => `${operation} ${visibility}`)).toEqual([
    "INSERT everybody",
    "DELETE everybody",
  ]);
});

test("a grant for a kind or a cluster that is not there is refused", async () => {
  const { siteAdmin, kind } = await createTestWorld(db);
  const absent = crypto.randomUUID();
  await expect(createKindGrant(siteAdmin, everything(KindId.parse(absent)))).rejects.toThrow("kind");
  await expect(
    createKindGrant(siteAdmin, everything(kind.id, { clusterIds: [ClusterId.parse(absent)] })),
  ).rejects.toThrow("cluster");
});

test("the database takes no grant of both a preset and a ClusterRole, nor of neither", async () => {
  const { kind } = await createTestWorld(db);
  for (const odd of [{ clusterRole: "x" }, { preset: null }]) {
    await expect(
      insertKindGrant(db, { ...everything(kind.id), ...odd, grantedBy: "a test" }),
    ).rejects.toThrow();
  }
});
