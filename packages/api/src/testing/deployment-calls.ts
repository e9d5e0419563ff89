import { type Json, SetUpgradePolicy } from "@platz/domain";
import {
  cancelDeploymentTask,
  createDeployment,
  createDeploymentPermission,
  createDeploymentResource,
  createEnv,
  createResourceOffer,
  listDeploymentTasks,
  setUpgradePolicy,
  updateDeployment,
} from "@platz/services";
import {
  insertTestChart,
  insertTestCluster,
  insertTestResource,
  insertTestResourceType,
  markClusterGone,
} from "@platz/services/testing";
import { answered } from "./empty-cluster.ts";
import type { Prepare, Prepared } from "./prepared.ts";

const newTask = async ({ owner, newDeployment }: Prepared) => {
  const { id: deploymentId } = await createDeployment(owner, newDeployment());
  const page = { page: 1, perPage: 1 };
  const { items } = await listDeploymentTasks(owner, { deploymentId, showFuture: true, page });
  if (!items[0]) throw new Error("no task");
  return items[0];
};
const newResource = async (world: Prepared, lifecycle: Json = {}) => {
  const { id } = await world.installed();
  const { id: typeId } = await insertTestResourceType(world.db, {
    envId: world.env.id,
    kindId: world.kind.id,
    lifecycle,
  });
  const name = crypto.randomUUID();
  return await createDeploymentResource(world.owner, {
    typeId,
    deploymentId: id,
    name,
    props: { size: 1 },
    syncStatus: "Creating",
  });
};
/** What an admin of the env may offer to one that nobody of the test has anything to do with. */
export const newOffer = async (world: Prepared) => {
  const { typeId, id: resourceId } = await newResource(world);
  const name = `neighbour-${crypto.randomUUID().slice(0, 8)}`;
  const { id: toEnvId } = await createEnv(world.siteAdmin, { name, autoAddNewUsers: false });
  return { envId: world.env.id, toEnvId, typeId, resourceId };
};
const newRight = async ({ env, person, kind, envAdmin }: Prepared) =>
  createDeploymentPermission(envAdmin, {
    envId: env.id,
    userId: (await person()).id,
    kindId: kind.id,
    role: "Owner",
  });

/** A call of each procedure about deployments and what they are made of. */
export const deploymentCalls = {
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
  "deploymentPermissions.get": async (world) => {
    const { id } = await newRight(world);
    return (api) => api.deploymentPermissions.get({ id });
  },
  "deploymentPermissions.update": async (world) => {
    const { id } = await newRight(world);
    return (api) => api.deploymentPermissions.update({ id, role: "Maintainer" });
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
  "collections.items":
    ({ env }) =>
    (api) =>
      api.collections.items({ envId: env.id, collection: "secrets" }),
  "deploymentResourceTypes.list": () => (api) => api.deploymentResourceTypes.list({}),
  "deploymentResourceTypes.approve": async (world) => {
    const { env, kind, db } = world;
    const { id, spec } = await insertTestResourceType(db, { envId: env.id, kindId: kind.id, isGlobal: true });
    return (api) => api.deploymentResourceTypes.approve({ id, spec });
  },
  "deploymentResourceTypes.get": async (world) => {
    const { typeId: id } = await newResource(world);
    return (api) => api.deploymentResourceTypes.get({ id });
  },
  "pods.list": async (world) => {
    const { id: deploymentId } = await world.installed();
    return answered(world, (api) => api.pods.list({ deploymentId }));
  },
  "pods.log": async (world) => {
    const { id: deploymentId } = await world.installed();
    return answered(world, (api) => api.pods.log({ deploymentId, pod: "p" }));
  },
  "pods.events": async (world) => {
    const { id: deploymentId } = await world.installed();
    return answered(world, (api) => api.pods.events({ deploymentId }));
  },
  "deploymentResources.list": () => (api) => api.deploymentResources.list({}),
  "deploymentResources.get": async (world) => {
    const { id } = await newResource(world);
    return (api) => api.deploymentResources.get({ id });
  },
  "deploymentResources.create": async (world) => {
    const { typeId, deploymentId } = await newResource(world);
    if (deploymentId === null) throw new Error("no deployment");
    const name = crypto.randomUUID();
    return (api) => api.deploymentResources.create({ typeId, deploymentId, name, props: { size: 1 } });
  },
  "deploymentResources.update": async (world) => {
    const { id } = await newResource(world);
    return (api) => api.deploymentResources.update({ id, props: { size: 2 } });
  },
  "deploymentResources.retry": async (world) => {
    const target = { endpoint: "standard_ingress", path: "/shops", method: "POST" };
    const { id } = await newResource(world, { create: { target } });
    return (api) => api.deploymentResources.retry({ id });
  },
  "deploymentResources.delete": async (world) => {
    const { id } = await newResource(world);
    return (api) => api.deploymentResources.delete({ id });
  },
  "resourceOffers.list": () => (api) => api.resourceOffers.list({}),
  "resourceOffers.create": async (world) => {
    const offer = await newOffer(world);
    return (api) => api.resourceOffers.create(offer);
  },
  "resourceOffers.delete": async (world) => {
    const { id } = await createResourceOffer(world.siteAdmin, await newOffer(world));
    return (api) => api.resourceOffers.delete({ id });
  },
  "deployments.rollback": async ({ installed, owner }) => {
    const { id, version, revisionId } = await installed();
    const edited = await updateDeployment(owner, { id, version, config: { size: 9 } });
    return (api) => api.deployments.rollback({ id, version: edited.version, toTaskId: revisionId ?? "" });
  },
  "deployments.bulkUpgrade": async ({ installed, db, kind }) => {
    const { id } = await installed();
    const { id: helmChartId } = await insertTestChart(db, kind.id, {});
    return (api) => api.deployments.bulkUpgrade({ ids: [id], helmChartId });
  },
  "deployments.diff": async (world) => {
    const { id } = await world.installed();
    return answered(world, (api) => api.deployments.diff({ id }));
  },
  "deployments.preview": async ({ installed }) => {
    const { id } = await installed();
    return (api) => api.deployments.preview({ id });
  },
  "deployments.previewNew": (world) =>
    answered(world, (api) => api.deployments.previewNew(world.newDeployment())),
  "upgradePolicies.list": () => (api) => api.upgradePolicies.list({}),
  "upgradePolicies.get": async ({ installed }) => {
    const { id: deploymentId } = await installed();
    return (api) => api.upgradePolicies.get({ deploymentId });
  },
  "upgradePolicies.set": async ({ installed }) => {
    const { id: deploymentId } = await installed();
    return (api) => api.upgradePolicies.set({ deploymentId, branch: "main" });
  },
  "upgradePolicies.remove": async ({ installed, siteAdmin }) => {
    const { id: deploymentId } = await installed();
    await setUpgradePolicy(siteAdmin, SetUpgradePolicy.parse({ deploymentId, branch: "main" }));
    return (api) => api.upgradePolicies.remove({ deploymentId });
  },
  "deployments.statusChanges": async ({ installed }) => {
    const { id: deploymentId } = await installed();
    return (api) => api.deployments.statusChanges({ deploymentId });
  },
  "deployments.forceDelete": async ({ installed, db, env, owner }) => {
    const { id: clusterId } = await insertTestCluster(db, env.id);
    const { id } = await installed({ clusterId });
    await setUpgradePolicy(owner, SetUpgradePolicy.parse({ deploymentId: id, branch: "main" }));
    await markClusterGone(db, clusterId);
    return (api) => api.deployments.forceDelete({ id });
  },
  "k8sResources.get": async ({ installed, db }) => {
    const { id: deploymentId, clusterId } = await installed();
    const id = await insertTestResource(db, { deploymentId, clusterId });
    return (api) => api.k8sResources.get({ id });
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
} satisfies Record<string, Prepare>;
