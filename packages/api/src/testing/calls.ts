import { insertSession } from "@platz/db/queries/sessions";
import { SessionId, UserId } from "@platz/domain";
import {
  createBot,
  createBotToken,
  createDeploymentPermission,
  createEnv,
  createEnvUserPermission,
  createResourceOffer,
  createSecret,
  createTagFormat,
  createUserToken,
  getEnv,
  getKind,
  getRegistry,
} from "@platz/services";
import { insertTestChart, insertTestCluster } from "@platz/services/testing";
import type { permissionMatrix } from "../permission-matrix.ts";

import { deploymentCalls, newOffer } from "./deployment-calls.ts";
import { kindGrantCalls } from "./kind-grant-calls.ts";
import type { Prepare, Prepared } from "./prepared.ts";

const newSecret = ({ envAdmin, env }: Prepared) =>
  createSecret(envAdmin, { envId: env.id, collection: "c", name: crypto.randomUUID(), contents: "x" });
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

/** A call of each procedure. One that is missing here does not compile. */
export const calls: Readonly<Record<keyof typeof permissionMatrix, Prepare>> = {
  ...deploymentCalls,
  "audit.head": () => (api) => api.audit.head(),
  ...kindGrantCalls,
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
  "sessions.revokeOthers": async (world) => {
    await newSession({ ...world, owner: world.siteAdmin });
    return (api) => api.sessions.revokeOthers();
  },
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
    await createSecret(world.siteAdmin, { envId: id, collection: "c", name: "s", contents: "x" });
    await createResourceOffer(world.siteAdmin, { ...(await newOffer(world)), toEnvId: id });
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
    const { id: botId } = await newBot(world);
    const { envAdmin, env, kind } = world;
    await createEnvUserPermission(envAdmin, { envId: env.id, botId, role: "User" });
    await createDeploymentPermission(envAdmin, { envId: env.id, botId, kindId: kind.id, role: "Owner" });
    await createBotToken(world.siteAdmin, {
      botId,
      name: "ci",
      expiresAt: null,
      readOnly: false,
      envIds: null,
    });
    return (api) => api.bots.delete({ id: botId });
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
  "charts.release": async ({ db, kind }) => {
    const { id } = await insertTestChart(db, kind.id, { quarantine: "it took too long" });
    return (api) => api.charts.release({ id });
  },
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
};
