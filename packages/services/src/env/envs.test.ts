import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, NotFound } from "@platz/domain";
import { getCluster } from "../cluster/get.ts";
import { listClusters } from "../cluster/list.ts";
import { updateCluster } from "../cluster/update.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createEnvUserPermission } from "../env-user-permission/create.ts";
import { deleteEnvUserPermission } from "../env-user-permission/delete.ts";
import { getMe } from "../me/get.ts";
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

test("a cluster with deployments keeps its env", async () => {
  const { name } = await world.installed();
  const move = updateCluster(world.siteAdmin, { id: world.cluster.id, envId: world.otherEnv.id });
  await expect(move).rejects.toThrow(name);
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
