import type { Database } from "@platz/db";
import { insertSession } from "@platz/db/queries/sessions";
import { SessionId, UserId } from "@platz/domain";
import {
  cancelDeploymentTask,
  createBot,
  createBotToken,
  createDeployment,
  createDeploymentPermission,
  createEnv,
  createEnvUserPermission,
  createSecret,
  createTagFormat,
  createUserToken,
  getEnv,
  getKind,
  getRegistry,
  listDeploymentTasks,
} from "@platz/services";
import { insertTestCluster, type TestWorld } from "@platz/services/testing";
import type { createCaller } from "../app-router.ts";
import type { permissionMatrix } from "../permission-matrix.ts";

export type Call = (caller: ReturnType<typeof createCaller>) => Promise<unknown>;
/** Makes what the call is about, anew for each caller. */
type Prepare = (world: Prepared) => Promise<Call> | Call;
type Prepared = TestWorld & { readonly db: Database };

const newSecret = ({ envAdmin, env }: Prepared) =>
  createSecret(envAdmin, { envId: env.id, collection: "c", name: crypto.randomUUID(), contents: "x" });
const newTask = async ({ owner, newDeployment }: Prepared) => {
  const { id: deploymentId } = await createDeployment(owner, newDeployment());
  const page = { page: 1, perPage: 1 };
  const { items } = await listDeploymentTasks(owner, { deploymentId, showFuture: true, page });
  if (!items[0]) throw new Error("no task");
  return items[0];
};
const newEnv = ({ siteAdmin }: Prepared) =>
  createEnv(siteAdmin, { name: crypto.randomUUID(), autoAddNewUsers: false });

const newSession = async ({ owner, db }: Prepared) => {
  const id = SessionId.parse(crypto.randomUUID());
  const expiresAt = new Date(Date.now() + 60_000);
  const userId = UserId.parse(owner.identity.id);
  await insertSession(db, { id, userId, kind: "program", expiresAt }, new Date());
  return id;
};
const newBot = ({ siteAdmin }: Prepared) => createBot(siteAdmin, { displayName: "Robot" });
const newTagFormat = ({ siteAdmin }: Prepared) =>
  createTagFormat(siteAdmin, { pattern: `^${crypto.randomUUID()}$` });
const newMember = async ({ env, person, envAdmin }: Prepared) =>
  createEnvUserPermission(envAdmin, { envId: env.id, userId: (await person()).id, role: "User" });
const newRight = async ({ env, person, kind, envAdmin }: Prepared) =>
  createDeploymentPermission(envAdmin, {
    envId: env.id,
    userId: (await person()).id,
    kindId: kind.id,
    role: "Owner",
  });

/** A call of each procedure. One that is missing here does not compile. */
export const calls: Readonly<Record<keyof typeof permissionMatrix, Prepare>> = {
  "audit.list": () => (api) => api.audit.list({}),
  "server.info": () => (api) => api.server.info(),
  "signIn.start": () => (api) => api.signIn.start({}),
  "signIn.finish": () => (api) => api.signIn.finish({ code: "c", state: "s", browserSecret: "b" }),
  "me.get": () => (api) => api.me.get(),
  "users.list": () => (api) => api.users.list({}),
  "userTokens.list": () => (api) => api.userTokens.list({}),
  "userTokens.create": () => (api) => api.userTokens.create({ name: "laptop" }),
  "userTokens.delete": async ({ owner }) => {
    const { userToken } = await createUserToken(owner, {
      name: "laptop",
      expiresAt: null,
      readOnly: false,
      envIds: null,
    });
    return (api) => api.userTokens.delete({ id: userToken.id });
  },
  "sessions.list": () => (api) => api.sessions.list({}),
  "sessions.revoke": async (world) => {
    const id = await newSession(world);
    return (api) => api.sessions.revoke({ id });
  },
  "sessions.revokeOthers": () => (api) => api.sessions.revokeOthers(),
  "envs.list": () => (api) => api.envs.list({}),
  "envs.get":
    ({ env }) =>
    (api) =>
      api.envs.get({ id: env.id }),
  "envs.create": () => (api) => api.envs.create({ name: crypto.randomUUID() }),
  "envs.update": async ({ siteAdmin, env }) => {
    const { id, version } = await getEnv(siteAdmin, env.id);
    return (api) => api.envs.update({ id, version, nodeSelector: { pool: String(version) } });
  },
  "envs.delete": async (world) => {
    const { id } = await newEnv(world);
    return (api) => api.envs.delete({ id });
  },
  "envUserPermissions.list": () => (api) => api.envUserPermissions.list({}),
  "envUserPermissions.create": async ({ env, person }) => {
    const { id: userId } = await person();
    return (api) => api.envUserPermissions.create({ envId: env.id, userId, role: "User" });
  },
  "envUserPermissions.delete": async (world) => {
    const { id } = await newMember(world);
    return (api) => api.envUserPermissions.delete({ id });
  },
  "deploymentPermissions.list": () => (api) => api.deploymentPermissions.list({}),
  "deploymentPermissions.create": async ({ env, person, kind }) => {
    const { id: userId } = await person();
    const input = { envId: env.id, userId, kindId: kind.id, role: "Owner" } as const;
    return (api) => api.deploymentPermissions.create(input);
  },
  "deploymentPermissions.delete": async (world) => {
    const { id } = await newRight(world);
    return (api) => api.deploymentPermissions.delete({ id });
  },
  "bots.list": () => (api) => api.bots.list({}),
  "bots.get": async (world) => {
    const { id } = await newBot(world);
    return (api) => api.bots.get({ id });
  },
  "bots.create": () => (api) => api.bots.create({ displayName: "Robot" }),
  "bots.update": async (world) => {
    const { id, version } = await newBot(world);
    return (api) => api.bots.update({ id, version, displayName: "Android" });
  },
  "bots.delete": async (world) => {
    const { id } = await newBot(world);
    return (api) => api.bots.delete({ id });
  },
  "botTokens.list": () => (api) => api.botTokens.list({}),
  "botTokens.create": async (world) => {
    const { id: botId } = await newBot(world);
    return (api) => api.botTokens.create({ botId, name: "ci" });
  },
  "botTokens.delete": async (world) => {
    const { id: botId } = await newBot(world);
    const { botToken } = await createBotToken(world.siteAdmin, {
      botId,
      name: "ci",
      expiresAt: null,
      readOnly: false,
      envIds: null,
    });
    return (api) => api.botTokens.delete({ id: botToken.id });
  },
  "tagFormats.list": () => (api) => api.tagFormats.list({}),
  "tagFormats.get": async (world) => {
    const { id } = await newTagFormat(world);
    return (api) => api.tagFormats.get({ id });
  },
  "tagFormats.create": () => (api) => api.tagFormats.create({ pattern: `^${crypto.randomUUID()}$` }),
  "tagFormats.delete": async (world) => {
    const { id } = await newTagFormat(world);
    return (api) => api.tagFormats.delete({ id });
  },
  "users.get": () => async (api) => {
    const me = await api.me.get();
    return await api.users.get({ id: me?.kind === "User" ? me.user.id : UserId.parse(crypto.randomUUID()) });
  },
  "users.update": async ({ person }) => {
    const { id, version } = await person();
    return (api) => api.users.update({ id, version, isAdmin: true });
  },
  "registries.update": async ({ siteAdmin, chart }) => {
    const { id, version } = await getRegistry(siteAdmin, chart.helmRegistryId);
    return (api) => api.registries.update({ id, version, faIcon: `icon-${version}` });
  },
  "kinds.update": async ({ siteAdmin, kind }) => {
    const { id, version } = await getKind(siteAdmin, kind.id);
    return (api) => api.kinds.update({ id, version, name: `Kind${crypto.randomUUID()}` });
  },
  "clusters.moveReport":
    ({ cluster, otherEnv }) =>
    (api) =>
      api.clusters.moveReport({ id: cluster.id, envId: otherEnv.id }),
  "clusters.delete": async ({ db, env }) => {
    const { id } = await insertTestCluster(db, env.id);
    return (api) => api.clusters.delete({ id });
  },
  "envUserPermissions.get": async (world) => {
    const { id } = await newMember(world);
    return (api) => api.envUserPermissions.get({ id });
  },
  "envUserPermissions.update": async (world) => {
    const { id } = await newMember(world);
    return (api) => api.envUserPermissions.update({ id, role: "Admin" });
  },
  "deploymentPermissions.get": async (world) => {
    const { id } = await newRight(world);
    return (api) => api.deploymentPermissions.get({ id });
  },
  "deploymentPermissions.update": async (world) => {
    const { id } = await newRight(world);
    return (api) => api.deploymentPermissions.update({ id, role: "Maintainer" });
  },
  "secrets.get": async (world) => {
    const { id } = await newSecret(world);
    return (api) => api.secrets.get({ id });
  },
  "secrets.usage": async (world) => {
    const { id } = await newSecret(world);
    return (api) => api.secrets.usage({ id });
  },
  "clusters.list": () => (api) => api.clusters.list({}),
  "clusters.get":
    ({ cluster }) =>
    (api) =>
      api.clusters.get({ id: cluster.id }),
  "clusters.update":
    ({ cluster }) =>
    (api) =>
      api.clusters.update({ id: cluster.id, ingressClass: "nginx" }),
  "registries.list": () => (api) => api.registries.list({}),
  "registries.get":
    ({ chart }) =>
    (api) =>
      api.registries.get({ id: chart.helmRegistryId }),
  "charts.list": () => (api) => api.charts.list({}),
  "charts.get":
    ({ chart }) =>
    (api) =>
      api.charts.get({ id: chart.id }),
  "kinds.list": () => (api) => api.kinds.list({}),
  "kinds.get":
    ({ kind }) =>
    (api) =>
      api.kinds.get({ id: kind.id }),
  "secrets.list": () => (api) => api.secrets.list({}),
  "secrets.create":
    ({ env }) =>
    (api) =>
      api.secrets.create({ envId: env.id, collection: "c", name: crypto.randomUUID(), contents: "x" }),
  "secrets.update": async (world) => {
    const { id } = await newSecret(world);
    return (api) => api.secrets.update({ id, contents: "y" });
  },
  "secrets.delete": async (world) => {
    const { id } = await newSecret(world);
    return (api) => api.secrets.delete({ id });
  },
  "deployments.list": () => (api) => api.deployments.list({}),
  "deployments.get": async ({ installed }) => {
    const { id } = await installed();
    return (api) => api.deployments.get({ id });
  },
  "deployments.create":
    ({ newDeployment }) =>
    (api) =>
      api.deployments.create(newDeployment()),
  "deployments.update": async ({ installed }) => {
    const { id, version } = await installed();
    return (api) => api.deployments.update({ id, version, config: { size: 4 } });
  },
  "deployments.delete": async ({ installed }) => {
    const { id } = await installed();
    return (api) => api.deployments.delete({ id });
  },
  "deploymentTasks.list": () => (api) => api.deploymentTasks.list({}),
  "deploymentTasks.get": async (world) => {
    const { id } = await newTask(world);
    return (api) => api.deploymentTasks.get({ id });
  },
  "deploymentTasks.log": async (world) => {
    const { id } = await newTask(world);
    return (api) => api.deploymentTasks.log({ id });
  },
  "deploymentTasks.request": async ({ installed }) => {
    const { id: deploymentId } = await installed();
    const operation = { kind: "InvokeAction", actionId: "paint", body: { coats: 1 } } as const;
    return (api) => api.deploymentTasks.request({ deploymentId, operation });
  },
  "deploymentTasks.cancel": async (world) => {
    const { id } = await newTask(world);
    return (api) => api.deploymentTasks.cancel({ id });
  },
  "deploymentTasks.retry": async (world) => {
    const { id } = await newTask(world);
    await cancelDeploymentTask(world.owner, { id });
    return (api) => api.deploymentTasks.retry({ id });
  },
  "events.changes": () => async (api) => {
    for await (const _first of await api.events.changes({})) return;
  },
  "k8sResources.list": () => (api) => api.k8sResources.list({}),
};
