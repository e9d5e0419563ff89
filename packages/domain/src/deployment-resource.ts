import { z } from "zod";
import { DeploymentId, DeploymentResourceId, DeploymentResourceTypeId, EnvId, KindId } from "./ids.ts";
import { Json, JsonObject } from "./json.ts";

export const resourceSyncStatuses = ["Creating", "Updating", "Deleting", "Ready", "Error"] as const;
export const ResourceSyncStatus = z.enum(resourceSyncStatuses);
export type ResourceSyncStatus = z.output<typeof ResourceSyncStatus>;

/** What an application has still to be told of a resource, and what the resource is called meanwhile. */
export const resourceChanges = ["create", "update", "delete"] as const;
export type ResourceChange = (typeof resourceChanges)[number];
export const syncStatusDuring = {
  create: "Creating",
  update: "Updating",
  delete: "Deleting",
} as const satisfies Record<ResourceChange, ResourceSyncStatus>;

/** A kind of thing that deployments of a kind offer to others. `envId: null`: its form is that of every env. */
export const DeploymentResourceType = z.object({
  id: DeploymentResourceTypeId,
  createdAt: z.date(),
  envId: EnvId.nullable(),
  deploymentKindId: KindId,
  key: z.string(),
  spec: Json,
  /** Of a global type: what a chart has published since, for a site admin to approve; and from which env. */
  proposedSpec: Json.nullable(),
  proposedFromEnvId: EnvId.nullable(),
});
export type DeploymentResourceType = z.output<typeof DeploymentResourceType>;

/**
 * A thing that a deployment manages for others. Until its application has agreed to the last change, `syncReason` says
 * why not yet, `syncAttempt` how often it was asked, and `nextSyncAt` when it is asked again: never by itself when absent.
 */
export const DeploymentResource = z.object({
  id: DeploymentResourceId,
  createdAt: z.date(),
  version: z.int32(),
  typeId: DeploymentResourceTypeId,
  deploymentId: DeploymentId.nullable(),
  envId: EnvId.nullable(),
  name: z.string(),
  exists: z.boolean(),
  props: JsonObject,
  syncStatus: ResourceSyncStatus,
  syncReason: z.string().nullable(),
  syncAttempt: z.int32(),
  nextSyncAt: z.date().nullable(),
});
export type DeploymentResource = z.output<typeof DeploymentResource>;

const name = z.string().trim().min(1, "give the resource a name").max(200);

/**
 * What is given to make a resource. A deployment that mirrors what it has may choose the id and say that it is `Ready`;
 * for people, the deployment's lifecycle hook makes it so.
 */
export const NewDeploymentResource = z.strictObject({
  id: DeploymentResourceId.optional(),
  typeId: DeploymentResourceTypeId,
  deploymentId: DeploymentId,
  name,
  props: JsonObject.default({}),
  syncStatus: z.enum(["Creating", "Ready"]).default("Creating"),
});
export type NewDeploymentResource = z.output<typeof NewDeploymentResource>;

/**
 * What may be changed of a resource. `props` are merged into those that it has: objects key by key, anything else
 * replaces, so that who never saw a sensitive value keeps it. `version` is the one that was seen.
 */
export const UpdateDeploymentResource = z.strictObject({
  id: DeploymentResourceId,
  version: z.int32().optional(),
  name: name.optional(),
  props: JsonObject.optional(),
});
export type UpdateDeploymentResource = z.output<typeof UpdateDeploymentResource>;
