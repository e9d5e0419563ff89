import { z } from "zod";
import { DeploymentResourceId, DeploymentResourceTypeId, EnvId, ResourceOfferId } from "./ids.ts";

/** That deployments of another env may use resources of an env: one of them, or all of a type. */
export const ResourceOffer = z.object({
  id: ResourceOfferId,
  createdAt: z.date(),
  /** The env that the resources belong to. */
  envId: EnvId,
  toEnvId: EnvId,
  typeId: DeploymentResourceTypeId,
  /** `null`: all that the env has of the type, also those that are made later. */
  resourceId: DeploymentResourceId.nullable(),
  /** Who gave it, in words. */
  offeredBy: z.string(),
});
export type ResourceOffer = z.output<typeof ResourceOffer>;

/** What an admin of the owning env gives to offer its resources to another env. */
export const NewResourceOffer = z
  .strictObject({
    envId: EnvId,
    toEnvId: EnvId,
    typeId: DeploymentResourceTypeId,
    resourceId: DeploymentResourceId.nullable().default(null),
  })
  .refine(({ envId, toEnvId }) => envId !== toEnvId, {
    path: ["toEnvId"],
    message: "must be another env: within its own env every resource may be used",
  });
export type NewResourceOffer = z.output<typeof NewResourceOffer>;

/** A global type, with the form that a site admin has looked at. */
export const ApproveResourceType = z.strictObject({
  id: DeploymentResourceTypeId,
  /** The form as it was seen: another one that was published meanwhile is not approved with it. */
  spec: z.json(),
});
export type ApproveResourceType = z.output<typeof ApproveResourceType>;
