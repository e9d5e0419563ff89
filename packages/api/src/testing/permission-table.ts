import type { Database } from "@platz/db";
import {
  cancelDeploymentTask,
  createDeployment,
  createDeploymentPermission,
  createEnv,
  createEnvUserPermission,
  createSecret,
  createUserToken,
  listDeploymentTasks,
} from "@platz/services";
import type { TestWorld } from "@platz/services/testing";
import type { createCaller } from "../app-router.ts";

/** Everybody who may come: nobody, people of every rank, a bot, deployments of this and of another env. */
export const callers = [
  "nobody",
  "bot",
  "stranger",
  "strange deployment",
  "member",
  "deployment",
  "maintainer",
  "owner",
  "envAdmin",
  "siteAdmin",
] as const;
export type CallerName = (typeof callers)[number];

export type Call = (caller: ReturnType<typeof createCaller>) => Promise<unknown>;
export interface Row {
  /** Who gets through. All others are refused with `UNAUTHORIZED`, `FORBIDDEN` or `NOT_FOUND`. */
  readonly allowed: readonly CallerName[];
  /** Makes what the call is about, anew for each caller. */
  prepare(world: Prepared): Promise<Call> | Call;
}
type Prepared = TestWorld & { readonly db: Database };

const signedIn = callers.filter((name) => name !== "nobody");
const readers = signedIn.filter((name) => name !== "bot");
const people = readers.filter((name) => !name.endsWith("deployment"));
const insiders = readers.filter((name) => !name.startsWith("strange"));
const maintainers = ["maintainer", "owner", "envAdmin", "siteAdmin"] as const;
const owners = ["owner", "envAdmin", "siteAdmin"] as const;
const envAdmins = ["envAdmin", "siteAdmin"] as const;
const siteAdmins = ["siteAdmin"] as const;

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

/** Who may call what. A procedure that is missing here fails the run. */
export const permissionTable: Readonly<Record<string, Row>> = {
  "server.info": { allowed: callers, prepare: () => (api) => api.server.info() },
  "signIn.start": { allowed: callers, prepare: () => (api) => api.signIn.start({}) },
  "signIn.finish": {
    allowed: callers,
    prepare: () => (api) => api.signIn.finish({ code: "c", state: "s", browserSecret: "b" }),
  },
  "me.get": { allowed: signedIn, prepare: () => (api) => api.me.get() },
  "users.list": { allowed: people, prepare: () => (api) => api.users.list({}) },
  "userTokens.list": { allowed: people, prepare: () => (api) => api.userTokens.list({}) },
  "userTokens.create": { allowed: people, prepare: () => (api) => api.userTokens.create({ name: "laptop" }) },
  "userTokens.delete": {
    allowed: ["owner", "siteAdmin"],
    async prepare({ owner }) {
      const { userToken } = await createUserToken(owner, { name: "laptop", expiresAt: null });
      return (api) => api.userTokens.delete({ id: userToken.id });
    },
  },
  "envs.list": { allowed: readers, prepare: () => (api) => api.envs.list({}) },
  "envs.get": {
    allowed: insiders,
    prepare:
      ({ env }) =>
      (api) =>
        api.envs.get({ id: env.id }),
  },
  "envs.create": {
    allowed: siteAdmins,
    prepare: () => (api) => api.envs.create({ name: crypto.randomUUID() }),
  },
  "envs.update": {
    allowed: siteAdmins,
    async prepare(world) {
      const { id, version } = await newEnv(world);
      return (api) => api.envs.update({ id, version, autoAddNewUsers: true });
    },
  },
  "envs.delete": {
    allowed: siteAdmins,
    async prepare(world) {
      const { id } = await newEnv(world);
      return (api) => api.envs.delete({ id });
    },
  },
  "envUserPermissions.list": { allowed: readers, prepare: () => (api) => api.envUserPermissions.list({}) },
  "envUserPermissions.create": {
    allowed: envAdmins,
    async prepare({ env, person }) {
      const { id: userId } = await person();
      return (api) => api.envUserPermissions.create({ envId: env.id, userId, role: "User" });
    },
  },
  "envUserPermissions.delete": {
    allowed: envAdmins,
    async prepare({ env, person, envAdmin }) {
      const { id: userId } = await person();
      const { id } = await createEnvUserPermission(envAdmin, { envId: env.id, userId, role: "User" });
      return (api) => api.envUserPermissions.delete({ id });
    },
  },
  "deploymentPermissions.list": {
    allowed: readers,
    prepare: () => (api) => api.deploymentPermissions.list({}),
  },
  "deploymentPermissions.create": {
    allowed: envAdmins,
    async prepare({ env, person, kind }) {
      const { id: userId } = await person();
      const input = { envId: env.id, userId, kindId: kind.id, role: "Owner" } as const;
      return (api) => api.deploymentPermissions.create(input);
    },
  },
  "deploymentPermissions.delete": {
    allowed: envAdmins,
    async prepare({ env, person, kind, envAdmin }) {
      const { id: userId } = await person();
      const input = { envId: env.id, userId, kindId: kind.id, role: "Owner" } as const;
      const { id } = await createDeploymentPermission(envAdmin, input);
      return (api) => api.deploymentPermissions.delete({ id });
    },
  },
  "clusters.list": { allowed: readers, prepare: () => (api) => api.clusters.list({}) },
  "clusters.get": {
    allowed: insiders,
    prepare:
      ({ cluster }) =>
      (api) =>
        api.clusters.get({ id: cluster.id }),
  },
  "clusters.update": {
    allowed: siteAdmins,
    prepare:
      ({ cluster }) =>
      (api) =>
        api.clusters.update({ id: cluster.id, ingressClass: "nginx" }),
  },
  "registries.list": { allowed: readers, prepare: () => (api) => api.registries.list({}) },
  "registries.get": {
    allowed: readers,
    prepare:
      ({ chart }) =>
      (api) =>
        api.registries.get({ id: chart.helmRegistryId }),
  },
  "charts.list": { allowed: readers, prepare: () => (api) => api.charts.list({}) },
  "charts.get": {
    allowed: readers,
    prepare:
      ({ chart }) =>
      (api) =>
        api.charts.get({ id: chart.id }),
  },
  "kinds.list": { allowed: readers, prepare: () => (api) => api.kinds.list({}) },
  "kinds.get": {
    allowed: readers,
    prepare:
      ({ kind }) =>
      (api) =>
        api.kinds.get({ id: kind.id }),
  },
  "secrets.list": { allowed: readers, prepare: () => (api) => api.secrets.list({}) },
  "secrets.create": {
    allowed: envAdmins,
    prepare:
      ({ env }) =>
      (api) =>
        api.secrets.create({ envId: env.id, collection: "c", name: crypto.randomUUID(), contents: "x" }),
  },
  "secrets.update": {
    allowed: envAdmins,
    async prepare(world) {
      const { id } = await newSecret(world);
      return (api) => api.secrets.update({ id, contents: "y" });
    },
  },
  "secrets.delete": {
    allowed: envAdmins,
    async prepare(world) {
      const { id } = await newSecret(world);
      return (api) => api.secrets.delete({ id });
    },
  },
  "deployments.list": { allowed: readers, prepare: () => (api) => api.deployments.list({}) },
  "deployments.get": {
    allowed: insiders,
    async prepare({ installed }) {
      const { id } = await installed();
      return (api) => api.deployments.get({ id });
    },
  },
  "deployments.create": {
    allowed: owners,
    prepare:
      ({ newDeployment }) =>
      (api) =>
        api.deployments.create(newDeployment()),
  },
  "deployments.update": {
    allowed: maintainers,
    async prepare({ installed }) {
      const { id, version } = await installed();
      return (api) => api.deployments.update({ id, version, config: { size: 4 } });
    },
  },
  "deployments.delete": {
    allowed: owners,
    async prepare({ installed }) {
      const { id } = await installed();
      return (api) => api.deployments.delete({ id });
    },
  },
  "deploymentTasks.list": { allowed: readers, prepare: () => (api) => api.deploymentTasks.list({}) },
  "deploymentTasks.get": {
    allowed: insiders,
    async prepare(world) {
      const { id } = await newTask(world);
      return (api) => api.deploymentTasks.get({ id });
    },
  },
  "deploymentTasks.log": {
    allowed: insiders,
    async prepare(world) {
      const { id } = await newTask(world);
      return (api) => api.deploymentTasks.log({ id });
    },
  },
  "deploymentTasks.request": {
    allowed: [...maintainers, "deployment"],
    async prepare({ installed }) {
      const { id: deploymentId } = await installed();
      const operation = { kind: "InvokeAction", actionId: "paint", body: { coats: 1 } } as const;
      return (api) => api.deploymentTasks.request({ deploymentId, operation });
    },
  },
  "deploymentTasks.cancel": {
    allowed: maintainers,
    async prepare(world) {
      const { id } = await newTask(world);
      return (api) => api.deploymentTasks.cancel({ id });
    },
  },
  "deploymentTasks.retry": {
    allowed: maintainers,
    async prepare(world) {
      const { id } = await newTask(world);
      await cancelDeploymentTask(world.owner, { id });
      return (api) => api.deploymentTasks.retry({ id });
    },
  },
  "events.changes": {
    allowed: readers,
    prepare: () => async (api) => {
      for await (const _first of await api.events.changes({})) return;
    },
  },
  "k8sResources.list": { allowed: readers, prepare: () => (api) => api.k8sResources.list({}) },
};
