import type { Charts, Kinds, Registries } from "./charts.ts";
import type { Clusters, K8sResources } from "./clusters.ts";
import type { DeploymentResources, DeploymentResourceTypes, ResourceOffers } from "./deployment-resources.ts";
import type { DeploymentTasks } from "./deployment-tasks.ts";
import type { Deployments } from "./deployments.ts";
import type { Envs, Secrets } from "./envs.ts";
import type { Events } from "./events.ts";
import type { Json } from "./json.ts";
import type { KindGrants } from "./kind-grants.ts";
import type { CallOptions } from "./lists.ts";
import type { MeApi } from "./me.ts";
import type { Pods } from "./pods.ts";
import type { UpgradePolicies } from "./upgrade-policies.ts";

/** An item that an input of a form can be set to. */
export interface CollectionItem {
  readonly id: string;
  readonly label: string;
}

export interface CollectionRequest {
  envId: string;
  /** As a form names it: `secrets`, `{ deployment, type }`, or the key of a resource type. */
  collection: Json;
  filters?: { field: string; value: string }[] | undefined;
  /** The kind of deployment that the form is for: some secrets are for some kinds only. */
  kindId?: string | undefined;
  search?: string | undefined;
  limit?: number | undefined;
}

/** The API of Platz, as one caller may use it. Whatever fails, fails with a `PlatzError`. */
export interface Platz {
  readonly me: MeApi;
  readonly server: { readonly info: (options?: CallOptions) => Promise<{ readonly version: string }> };
  readonly envs: Envs;
  readonly secrets: Secrets;
  readonly clusters: Clusters;
  readonly kinds: Kinds;
  readonly kindGrants: KindGrants;
  readonly registries: Registries;
  readonly charts: Charts;
  readonly deployments: Deployments;
  readonly upgradePolicies: UpgradePolicies;
  readonly deploymentTasks: DeploymentTasks;
  readonly deploymentResourceTypes: DeploymentResourceTypes;
  readonly deploymentResources: DeploymentResources;
  readonly resourceOffers: ResourceOffers;
  readonly k8sResources: K8sResources;
  readonly pods: Pods;
  readonly collections: {
    readonly items: (request: CollectionRequest, options?: CallOptions) => Promise<readonly CollectionItem[]>;
  };
  readonly events: Events;
}
