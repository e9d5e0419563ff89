import { type EnvId, Forbidden, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { seesEnv } from "./access-scope.ts";

/**
 * Refuses everybody but site admins and admins of the env; to those outside it the env looks absent. `to` finishes
 * the sentence "Only an admin of the env may …".
 */
export function requireEnvAdmin({ scope }: ServiceContext, envId: EnvId, to: string): void {
  if (!seesEnv(scope, envId)) throw new NotFound("env", envId);
  if (!isEnvAdmin(scope, envId)) throw new Forbidden(`Only an admin of the env may ${to}.`);
}

/** Whether the caller governs the env. */
export function isEnvAdmin(scope: ServiceContext["scope"], envId: EnvId): boolean {
  return scope.isSiteAdmin || scope.adminOf.includes(envId);
}
