import { z } from "zod";
import { DeploymentId, DeploymentResourceId, DeploymentResourceTypeId, EnvId, KindId } from "./ids.ts";
import { Json, JsonObject } from "./json.ts";

export const resourceSyncStatuses = ["Creating", "Updating", "Deleting", "Ready", "Error"] as const;
export const ResourceSyncStatus = z.enum(resourceSyncStatuses);
export type ResourceSyncStatus = z.output<typeof ResourceSyncStatus>;

/** A kind of thing that deployments of a kind offer to others. `envId: null`: in every env. */
export const DeploymentResourceType = z.object({
  id: DeploymentResourceTypeId,
  createdAt: z.date(),
  envId: EnvId.nullable(),
  deploymentKindId: KindId,
  key: z.string(),
  spec: Json,
});
export type DeploymentResourceType = z.output<typeof DeploymentResourceType>;

/** A thing that a deployment manages for others. */
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
