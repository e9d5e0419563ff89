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
    const { userToken } = await createUserToken(owner, { name: "laptop", expiresAt: null });
    return (api) => api.userTokens.delete({ id: userToken.id });
  },
  "envs.list": () => (api) => api.envs.list({}),
  "envs.get":
    ({ env }) =>
    (api) =>
      api.envs.get({ id: env.id }),
  "envs.create": () => (api) => api.envs.create({ name: crypto.randomUUID() }),
  "envs.update": async (world) => {
    const { id, version } = await newEnv(world);
    return (api) => api.envs.update({ id, version, autoAddNewUsers: true });
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
  "envUserPermissions.delete": async ({ env, person, envAdmin }) => {
    const { id: userId } = await person();
    const { id } = await createEnvUserPermission(envAdmin, { envId: env.id, userId, role: "User" });
    return (api) => api.envUserPermissions.delete({ id });
  },
  "deploymentPermissions.list": () => (api) => api.deploymentPermissions.list({}),
  "deploymentPermissions.create": async ({ env, person, kind }) => {
    const { id: userId } = await person();
    const input = { envId: env.id, userId, kindId: kind.id, role: "Owner" } as const;
    return (api) => api.deploymentPermissions.create(input);
  },
  "deploymentPermissions.delete": async ({ env, person, kind, envAdmin }) => {
    const { id: userId } = await person();
    const input = { envId: env.id, userId, kindId: kind.id, role: "Owner" } as const;
    const { id } = await createDeploymentPermission(envAdmin, input);
    return (api) => api.deploymentPermissions.delete({ id });
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
