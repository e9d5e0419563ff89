import type { Queryable } from "@platz/db";
import { findBot } from "@platz/db/queries/bots";
import { findDeployment } from "@platz/db/queries/deployments";
import type { EnvScope } from "@platz/db/queries/env-scope";
import { findUserWithEnvRoles, listEnvRolesOf } from "@platz/db/queries/env-user-permissions";
import {
  type BotId,
  type DeploymentId,
  type EnvId,
  type Identity,
  Unauthenticated,
  type UserId,
} from "@platz/domain";
import { deploymentLabel } from "../deployment/deployment-label.ts";

/**
 * What a caller may see, and govern (API spec 4.1, corrected by W-05): site admins everything, people
 * and bots the envs they belong to, a deployment its own env. A bot governs nothing.
 */
export interface AccessScope {
  readonly envs: EnvScope;
  readonly adminOf: readonly EnvId[];
  readonly isSiteAdmin: boolean;
  /** Who this is, in words, for the history. */
  readonly label: string;
}

/** Reads a caller's scope. Throws `Unauthenticated` when the caller is gone or deactivated. */
export async function loadAccessScope(db: Queryable, identity: Identity): Promise<AccessScope> {
  switch (identity.kind) {
    case "User":
      return await scopeOfUser(db, identity.id);
    case "Deployment":
      return await scopeOfDeployment(db, identity.id);
    case "Bot":
      return await scopeOfBot(db, identity.id);
  }
}

/** Whether rows of this env are visible to the caller. */
export function seesEnv(scope: AccessScope, envId: EnvId | null): boolean {
  return scope.envs === "all" || (envId !== null && scope.envs.includes(envId));
}

async function scopeOfUser(db: Queryable, id: UserId): Promise<AccessScope> {
  const found = await findUserWithEnvRoles(db, id);
  if (!found?.user.isActive) throw new Unauthenticated("This account does not exist or is deactivated.");
  const { user, envs: roles } = found;
  const label = `${user.displayName} <${user.email}>`;
  if (user.isAdmin) return { envs: "all", adminOf: [], isSiteAdmin: true, label };
  return {
    envs: roles.map(({ envId }) => envId),
    adminOf: roles.filter(({ role }) => role === "Admin").map(({ envId }) => envId),
    isSiteAdmin: false,
    label,
  };
}

async function scopeOfBot(db: Queryable, id: BotId): Promise<AccessScope> {
  const bot = await findBot(db, id);
  if (!bot) throw new Unauthenticated("The bot that this token belongs to does not exist any more.");
  const roles = await listEnvRolesOf(db, { kind: "Bot", id });
  return {
    envs: roles.map(({ envId }) => envId),
    adminOf: [],
    isSiteAdmin: false,
    label: `bot ${bot.displayName}`,
  };
}

async function scopeOfDeployment(db: Queryable, id: DeploymentId): Promise<AccessScope> {
  const deployment = await findDeployment(db, id, "all");
  if (!deployment) throw new Unauthenticated("The deployment that this token was made for is gone.");
  return {
    envs: deployment.envId === null ? [] : [deployment.envId],
    adminOf: [],
    isSiteAdmin: false,
    label: `deployment ${deploymentLabel(deployment)}`,
  };
}
