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
