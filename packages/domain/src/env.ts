import { z } from "zod";
import { EnvId } from "./ids.ts";
import { Json, JsonObject } from "./json.ts";

/** An environment: clusters, secrets and permissions that belong together. */
export const Env = z.object({
  id: EnvId,
  createdAt: z.date(),
  version: z.int(),
  name: z.string(),
  nodeSelector: JsonObject,
  tolerations: z.array(Json),
  autoAddNewUsers: z.boolean(),
});
export type Env = z.output<typeof Env>;

export const envUserRoles = ["Admin", "User"] as const;
export const EnvUserRole = z.enum(envUserRoles);
export type EnvUserRole = z.output<typeof EnvUserRole>;

export const deploymentRoles = ["Owner", "Maintainer"] as const;
export const DeploymentRole = z.enum(deploymentRoles);
export type DeploymentRole = z.output<typeof DeploymentRole>;

/** What a person gives to create an env. */
export const NewEnv = z.strictObject({
  name: z.string().trim().min(1, "give the env a name").max(100),
  autoAddNewUsers: z.boolean().default(false),
});
export type NewEnv = z.output<typeof NewEnv>;
