import type { Json, JsonObject } from "./json.ts";
import type { Create, Delete, Get, Listed, OneOf, Update } from "./lists.ts";

/** A kind of thing that deployments of a kind offer to others. `envId: null`: in every env. */
export interface DeploymentResourceType {
  readonly id: string;
  readonly createdAt: string;
  readonly envId: string | null;
  readonly deploymentKindId: string;
  readonly kindName: string;
  readonly key: string;
  readonly spec: Json;
  /** Of a global type: what a chart has published since, for a site admin to approve; and from which env. */
  readonly proposedSpec: Json;
  readonly proposedFromEnvId: string | null;
}

export interface DeploymentResourceTypeFilters {
  envId?: OneOf<string> | null | undefined;
  deploymentKindId?: OneOf<string> | undefined;
  key?: OneOf<string> | undefined;
}

export interface DeploymentResourceTypes
  extends Listed<DeploymentResourceType, DeploymentResourceTypeFilters, "createdAt" | "key"> {
  readonly get: Get<DeploymentResourceType>;
  /** Makes the form that was seen that of every env: by a site admin, as the chart wishes. */
  readonly approve: Update<{ id: string; spec: Json }, DeploymentResourceType>;
}

/** That deployments of another env may use resources of an env: one of them, or all of a type. */
export interface ResourceOffer {
  readonly id: string;
  readonly createdAt: string;
  /** The env that the resources belong to. */
  readonly envId: string;
  readonly toEnvId: string;
  readonly typeId: string;
  /** `null`: all that the env has of the type. */
  readonly resourceId: string | null;
  /** Who gave it, in words. */
  readonly offeredBy: string;
}

export interface ResourceOfferFilters {
  envId?: OneOf<string> | undefined;
  toEnvId?: OneOf<string> | undefined;
  typeId?: OneOf<string> | undefined;
}

export interface NewResourceOffer {
  envId: string;
  toEnvId: string;
  typeId: string;
  /** Without it, all that the env has of the type. */
  resourceId?: string | null | undefined;
}

/** Admins of the owning env offer and withdraw; both envs read. */
export interface ResourceOffers extends Listed<ResourceOffer, ResourceOfferFilters, "createdAt"> {
  readonly create: Create<NewResourceOffer, ResourceOffer>;
  readonly delete: Delete;
}

export type ResourceSyncStatus = "Creating" | "Updating" | "Deleting" | "Ready" | "Error";

/**
 * A thing that a deployment manages for others. Until its application has agreed to the last change, `syncReason` says
 * why not yet, `syncAttempt` how often it was asked, and `nextSyncAt` when it is asked again.
 */
export interface DeploymentResource {
  readonly id: string;
  readonly createdAt: string;
  readonly version: number;
  readonly typeId: string;
  readonly deploymentId: string | null;
  readonly envId: string | null;
  readonly name: string;
  readonly exists: boolean;
  readonly props: JsonObject;
  readonly syncStatus: ResourceSyncStatus;
  readonly syncReason: string | null;
  readonly syncAttempt: number;
  readonly nextSyncAt: string | null;
}

export interface DeploymentResourceFilters {
  typeId?: OneOf<string> | undefined;
  envId?: OneOf<string> | undefined;
  deploymentId?: OneOf<string> | null | undefined;
  exists?: boolean | undefined;
  /** A part of the name. */
  name?: string | undefined;
}

export interface NewDeploymentResource {
  /** A deployment that mirrors what it has may choose the id. */
  id?: string | undefined;
  typeId: string;
  deploymentId: string;
  name: string;
  props?: JsonObject | undefined;
  /** `Ready` for what is there already; else the hook of the deployment makes it so. */
  syncStatus?: "Creating" | "Ready" | undefined;
}

/** What is to be changed. `props` are merged into those that there are, objects key by key. */
export interface UpdateDeploymentResource {
  id: string;
  /** The one that was seen. */
  version?: number | undefined;
  name?: string | undefined;
  props?: JsonObject | undefined;
}

export interface DeploymentResources
  extends Listed<DeploymentResource, DeploymentResourceFilters, "createdAt" | "name"> {
  readonly get: Get<DeploymentResource>;
  readonly create: Create<NewDeploymentResource, DeploymentResource>;
  readonly update: Update<UpdateDeploymentResource, DeploymentResource>;
  /** Has the application told now of a change that it has not agreed to. */
  readonly retry: Update<{ id: string }, DeploymentResource>;
  readonly delete: Delete;
}
