import type { Client } from "@platz/client";
import type { Platz } from "../platz/platz.ts";
import { callsWithin } from "./calls.ts";
import { followChanges } from "./follow-changes.ts";

/** The API as the SDK shows it, over the typed client: the compiler holds one to the other. */
export function createPlatz(client: Client, { timeoutMs }: { readonly timeoutMs: number }): Platz {
  const { query, mutation, get, remove, listed } = callsWithin(timeoutMs);
  const nothing = {};
  const me = {
    get: (options?: Parameters<Platz["me"]["get"]>[0]) => query(client.me.get)(undefined, options),
  };
  return {
    me,
    server: { info: (options) => query(client.server.info)(undefined, options) },
    envs: {
      ...listed(client.envs.list, nothing),
      get: get(client.envs.get),
      create: mutation(client.envs.create),
      update: mutation(client.envs.update),
      delete: remove(client.envs.delete),
    },
    secrets: {
      ...listed(client.secrets.list, nothing),
      get: get(client.secrets.get),
      create: mutation(client.secrets.create),
      update: mutation(client.secrets.update),
      delete: remove(client.secrets.delete),
    },
    clusters: { ...listed(client.clusters.list, nothing), get: get(client.clusters.get) },
    kinds: { ...listed(client.kinds.list, nothing), get: get(client.kinds.get) },
    kindGrants: {
      ...listed(client.kindGrants.list, nothing),
      get: get(client.kindGrants.get),
      create: mutation(client.kindGrants.create),
      createForChart: mutation(client.kindGrants.createForChart),
      wouldBeRefused: query(client.kindGrants.wouldBeRefused),
      delete: remove(client.kindGrants.delete),
    },
    registries: { ...listed(client.registries.list, nothing), get: get(client.registries.get) },
    charts: { ...listed(client.charts.list, nothing), get: get(client.charts.get) },
    ...aboutDeployments(client, timeoutMs),
    pods: {
      list: query(client.pods.list),
      log: query(client.pods.log),
      events: query(client.pods.events),
    },
    k8sResources: { ...listed(client.k8sResources.list, nothing), get: get(client.k8sResources.get) },
    collections: { items: query(client.collections.items) },
    events: {
      changes: (request = {}, options = {}) =>
        followChanges(
          { subscribe: client.events.changes.subscribe, check: me.get },
          { ...request, ...options },
        ),
    },
  };
}

function aboutDeployments(client: Client, timeoutMs: number) {
  const { query, mutation, get, remove, listed } = callsWithin(timeoutMs);
  const nothing = {};
  return {
    deployments: {
      ...listed(client.deployments.list, nothing),
      get: get(client.deployments.get),
      create: mutation(client.deployments.create),
      update: mutation(client.deployments.update),
      statusChanges: query(client.deployments.statusChanges),
      rollback: mutation(client.deployments.rollback),
      bulkUpgrade: mutation(client.deployments.bulkUpgrade),
      delete: remove(client.deployments.delete),
    },
    upgradePolicies: {
      ...listed(client.upgradePolicies.list, nothing),
      get: query(client.upgradePolicies.get),
      set: mutation(client.upgradePolicies.set),
      remove: mutation(client.upgradePolicies.remove),
    },
    deploymentTasks: {
      ...listed(client.deploymentTasks.list, nothing),
      get: get(client.deploymentTasks.get),
      log: query(client.deploymentTasks.log),
      request: mutation(client.deploymentTasks.request),
      cancel: mutation(client.deploymentTasks.cancel),
    },
    deploymentResourceTypes: {
      ...listed(client.deploymentResourceTypes.list, nothing),
      get: get(client.deploymentResourceTypes.get),
      approve: mutation(client.deploymentResourceTypes.approve),
    },
    deploymentResources: {
      ...listed(client.deploymentResources.list, nothing),
      get: get(client.deploymentResources.get),
      create: mutation(client.deploymentResources.create),
      update: mutation(client.deploymentResources.update),
      retry: mutation(client.deploymentResources.retry),
      delete: remove(client.deploymentResources.delete),
    },
    resourceOffers: {
      ...listed(client.resourceOffers.list, nothing),
      create: mutation(client.resourceOffers.create),
      delete: remove(client.resourceOffers.delete),
    },
  };
}
