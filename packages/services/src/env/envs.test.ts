import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, NotFound } from "@platz/domain";
import { eq } from "drizzle-orm";
import { deleteCluster } from "../cluster/delete.ts";
import { getCluster } from "../cluster/get.ts";
import { listClusters } from "../cluster/list.ts";
import { getClusterMoveReport } from "../cluster/move-report.ts";
import { updateCluster } from "../cluster/update.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createEnvUserPermission } from "../env-user-permission/create.ts";
import { deleteEnvUserPermission } from "../env-user-permission/delete.ts";
import { getMe } from "../me/get.ts";
import { createSecret } from "../secret/create.ts";
import { createTestWorld, insertTestCluster, operationsOf, type TestWorld } from "../testing.ts";
import { listUsers } from "../user/list.ts";
import { createEnv } from "./create.ts";
import { deleteEnv } from "./delete.ts";
import { listEnvs } from "./list.ts";
import { updateEnv } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
const page = { page: 1, perPage: 500 };
const newEnv = () => createEnv(world.siteAdmin, { name: crypto.randomUUID(), autoAddNewUsers: false });

beforeAll(async () => {
  world = await createTestWorld(db);
});

test("whoever makes an env becomes its admin", async () => {
  const env = await newEnv();
  const me = await getMe(world.siteAdmin);
  expect(me).toMatchObject({ kind: "User", envs: [{ envId: env.id, role: "Admin" }] });
});

test("two envs cannot have one name, in whatever case", async () => {
  const { id, version, name } = await newEnv();
  await expect(
    createEnv(world.siteAdmin, { name: name.toUpperCase(), autoAddNewUsers: false }),
  ).rejects.toThrow(Conflict);
  await expect(
    updateEnv(world.siteAdmin, { id, version, name: world.env.name.toUpperCase() }),
  ).rejects.toThrow(Conflict);
});

test("people see the envs that they belong to, and site admins all of them", async () => {
  expect((await listEnvs(world.member, { page })).items.map(({ id }) => id)).toEqual([world.env.id]);
  expect((await listEnvs(world.bot, { page })).items).toEqual([]);
  expect((await listEnvs(world.siteAdmin, { page })).numTotal).toBeGreaterThan(2);
});

test("another node selector or other tolerations reinstall what is enabled in the env, and only then", async () => {
  const world = await createTestWorld(db);
  const deployment = await world.installed();
  const off = await world.installed();
  await updateDeployment(world.owner, { id: off.id, version: off.version, enabled: false });
  const kinds = async (id = deployment.id) => (await operationsOf(db, id)).map(({ kind }) => kind);

  const { id } = world.env;
  const unchanged = await updateEnv(world.siteAdmin, { id, version: 1, nodeSelector: {}, tolerations: [] });
  expect(await kinds()).toEqual(["Install"]);
  const selected = await updateEnv(world.siteAdmin, {
    id,
    version: unchanged.version,
    nodeSelector: { pool: "blue" },
  });
  expect((await operationsOf(db, deployment.id)).at(-1)).toEqual({
    kind: "Reinstall",
    reason: `env ${world.env.name} got another node selector`,
  });
  await updateEnv(world.siteAdmin, { id, version: selected.version, tolerations: [{ key: "blue" }] });
  expect(await kinds()).toEqual(["Install", "Reinstall"]);
  expect(await kinds(off.id)).toEqual(["Install", "Uninstall"]);
});

test("two people editing one env at once: one gets a conflict", async () => {
  const { id, version } = await newEnv();
  const edits = ["a", "b"].map((pool) => updateEnv(world.siteAdmin, { id, version, nodeSelector: { pool } }));
  const results = await Promise.allSettled(edits);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("an env with deployments is not deleted; one without gives its clusters free", async () => {
  const world = await createTestWorld(db);
  const deployment = await world.installed();
  await expect(deleteEnv(world.siteAdmin, world.env.id)).rejects.toThrow(deployment.name);
  await deleteEnv(world.siteAdmin, world.otherEnv.id);
  expect(await getCluster(world.siteAdmin, world.otherCluster.id)).toMatchObject({ envId: null });
});

test("a cluster is seen by the people of its env, and without an env by site admins alone", async () => {
  const lost = await insertTestCluster(db, null);
  const ids = async (context: typeof world.member) =>
    (await listClusters(context, { page })).items.map(({ id }) => id);
  expect(await ids(world.member)).toEqual([world.cluster.id]);
  expect(await ids(world.siteAdmin)).toContain(lost.id);
  await expect(getCluster(world.member, lost.id)).rejects.toThrow(NotFound);
});

test("a cluster is put into an env and to use", async () => {
  const { id } = await insertTestCluster(db, null);
  const cluster = await updateCluster(world.siteAdmin, { id, envId: world.env.id, ignore: false });
  expect(cluster).toMatchObject({ envId: world.env.id, ignore: false });
  expect(await updateCluster(world.siteAdmin, { id })).toEqual(cluster);
});

test("an ingress domain that another cluster has is a conflict that names that cluster", async () => {
  const { id } = await insertTestCluster(db, world.env.id);
  const ingressDomain = world.cluster.ingressDomain;
  const error = await updateCluster(world.siteAdmin, { id, ingressDomain }).catch((error) => error);
  expect(error).toBeInstanceOf(Conflict);
  expect(error.message).toContain(world.cluster.name);
});

test("a cluster takes its deployments to another env only when that is confirmed, and they are reinstalled there", async () => {
  const world = await createTestWorld(db);
  const { id } = await world.installed();
  const move = { id: world.cluster.id, envId: world.otherEnv.id };
  const report = await getClusterMoveReport(world.siteAdmin, move);
  expect(report).toMatchObject({
    deployments: [{ id, enabled: true, secretsLeftBehind: [] }],
    obstacle: null,
  });
  await expect(updateCluster(world.siteAdmin, move)).rejects.toThrow("confirm with confirmMove");
  await updateCluster(world.siteAdmin, { ...move, confirmMove: true });
  expect((await operationsOf(db, id)).at(-1)).toMatchObject({ kind: "Reinstall" });
});

test("a cluster keeps its env while a deployment on it uses a secret of that env", async () => {
  const world = await createTestWorld(db);
  const secret = { envId: world.env.id, collection: "c", name: "vault", contents: "x" };
  const { id: vault } = await createSecret(world.envAdmin, secret);
  await world.installed({ config: { size: 1, vault } });
  const move = { id: world.cluster.id, envId: world.otherEnv.id, confirmMove: true };
  await expect(updateCluster(world.siteAdmin, move)).rejects.toThrow("which would stay behind");
  const { envId } = move;
  const report = await getClusterMoveReport(world.siteAdmin, { id: world.cluster.id, envId });
  expect(report.deployments[0]?.secretsLeftBehind).toEqual(["c/vault"]);
});

test("a cluster with deployments cannot be taken out of its env, nor deleted; without any it can", async () => {
  const world = await createTestWorld(db);
  const { id: deployment, name } = await world.installed();
  const { id } = world.cluster;
  await expect(updateCluster(world.siteAdmin, { id, envId: null, confirmMove: true })).rejects.toThrow(name);
  await expect(deleteCluster(world.siteAdmin, id)).rejects.toThrow(name);
  await db.delete(deployments).where(eq(deployments.id, deployment));
  await deleteCluster(world.siteAdmin, id);
  await expect(deleteCluster(world.siteAdmin, id)).rejects.toThrow(NotFound);
});

test("an edit of a cluster that is based on an old version says who changed what", async () => {
  const world = await createTestWorld(db);
  const { id, version } = world.cluster;
  await updateCluster(world.siteAdmin, { id, version, ingressClass: "nginx" });
  await expect(updateCluster(world.siteAdmin, { id, version, ingressClass: "traefik" })).rejects.toThrow(
    /changed ingressClass at/,
  );
});

test("admins of an env say where its workloads run; its name and who gets in are for site admins", async () => {
  const world = await createTestWorld(db);
  const { id, version } = world.env;
  const changed = await updateEnv(world.envAdmin, { id, version, nodeSelector: { pool: "a" } });
  expect(changed.nodeSelector).toEqual({ pool: "a" });
  const rename = updateEnv(world.envAdmin, { id, version: changed.version, name: "mine" });
  await expect(rename).rejects.toThrow("Only a site admin");
});

test("leaving an env ends every right in it, also those on kinds of deployment", async () => {
  const world = await createTestWorld(db);
  const user = await world.person();
  const permission = await createEnvUserPermission(world.envAdmin, {
    envId: world.env.id,
    userId: user.id,
    role: "Admin",
  });
  const twice = { envId: world.env.id, userId: user.id, role: "User" } as const;
  await expect(createEnvUserPermission(world.envAdmin, twice)).rejects.toThrow(Conflict);
  const self = await world.as({ kind: "User", id: user.id });
  await expect(deleteEnvUserPermission(self, permission.id)).rejects.toThrow(Conflict);
  await deleteEnvUserPermission(world.envAdmin, permission.id);
  const after = await world.as({ kind: "User", id: user.id });
  expect((await listEnvs(after, { page })).items).toEqual([]);
});

test("people see those who share an env with them; those who let people in see everybody", async () => {
  const idsSeenBy = async (context: typeof world.member) =>
    (await listUsers(context, { page })).items.map(({ id }) => String(id));
  const strangerId = String(world.stranger.identity.id);
  expect(await idsSeenBy(world.member)).not.toContain(strangerId);
  expect(await idsSeenBy(world.member)).toContain(String(world.owner.identity.id));
  expect(await idsSeenBy(world.envAdmin)).toContain(strangerId);
});
