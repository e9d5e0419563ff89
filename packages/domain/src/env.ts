import { z } from "zod";
import { BotId, DeploymentPermissionId, EnvId, EnvUserPermissionId, KindId, UserId } from "./ids.ts";
import { Json, JsonObject } from "./json.ts";

/** An environment: clusters, secrets and permissions that belong together. */
export const Env = z.object({
  id: EnvId,
  createdAt: z.date(),
  version: z.int32(),
  name: z.string(),
  nodeSelector: JsonObject,
  tolerations: z.array(Json),
  autoAddNewUsers: z.boolean(),
  /** Deployments of the env have charts that are signed by a key of their registry, and no others. */
  signedChartsOnly: z.boolean(),
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

/**
 * What an admin may change of an env: absent leaves a field as it is. `version` is the one that the person saw: if
 * somebody changed the env since, the edit is a conflict.
 */
export const UpdateEnv = z.strictObject({
  id: EnvId,
  version: z.int32(),
  name: NewEnv.shape.name.optional(),
  nodeSelector: z.record(z.string().min(1).max(317), z.string().max(63)).optional(),
  tolerations: z.array(JsonObject).max(100).optional(),
  autoAddNewUsers: z.boolean().optional(),
  signedChartsOnly: z.boolean().optional(),
});
export type UpdateEnv = z.output<typeof UpdateEnv>;

/** That a person belongs to an env, and whether they govern it. */
export const EnvUserPermission = z.object({
  id: EnvUserPermissionId,
  createdAt: z.date(),
  envId: EnvId,
  /** Who holds it: a person, or else a bot. */
  userId: UserId.nullable(),
  botId: BotId.nullable(),
  role: EnvUserRole,
});
export type EnvUserPermission = z.output<typeof EnvUserPermission>;

/** Who is to hold a right: a person or a bot, exactly one. */
const holder = { userId: UserId.optional(), botId: BotId.optional() };
const hasOneHolder = ({ userId, botId }: { readonly userId?: unknown; readonly botId?: unknown }) =>
  (userId === undefined) !== (botId === undefined);
const oneHolder = { path: ["userId"], message: "give either userId or botId" };

/** What an admin gives to let a person or a bot into an env. A bot governs no env: its role is `User`. */
export const NewEnvUserPermission = z
  .strictObject({ envId: EnvId, ...holder, role: EnvUserRole })
  .refine(hasOneHolder, oneHolder)
  .refine(({ botId, role }) => botId === undefined || role === "User", {
    path: ["role"],
    message: "a bot can only be a User of an env",
  });
export type NewEnvUserPermission = z.output<typeof NewEnvUserPermission>;

export const UpdateEnvUserPermission = z.strictObject({ id: EnvUserPermissionId, role: EnvUserRole });
export type UpdateEnvUserPermission = z.output<typeof UpdateEnvUserPermission>;

/** What a person may do with the deployments of one kind in an env. It widens nothing for those who are not in the env. */
export const DeploymentPermission = z.object({
  id: DeploymentPermissionId,
  createdAt: z.date(),
  envId: EnvId,
  /** Who holds it: a person, or else a bot. */
  userId: UserId.nullable(),
  botId: BotId.nullable(),
  kindId: KindId,
  role: DeploymentRole,
});
export type DeploymentPermission = z.output<typeof DeploymentPermission>;

/** What an admin gives to let a person or a bot work with the deployments of a kind. */
export const NewDeploymentPermission = z
  .strictObject({ envId: EnvId, ...holder, kindId: KindId, role: DeploymentRole })
  .refine(hasOneHolder, oneHolder);
export type NewDeploymentPermission = z.output<typeof NewDeploymentPermission>;

export const UpdateDeploymentPermission = z.strictObject({
  id: DeploymentPermissionId,
  role: DeploymentRole,
});
export type UpdateDeploymentPermission = z.output<typeof UpdateDeploymentPermission>;
