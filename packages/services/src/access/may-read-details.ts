import { listConfidentialTo } from "@platz/db/queries/confidential-deployments";
import type { DeploymentId } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** What stands for a reason, an answer or a log that the reader may not see. */
export const KEPT_BACK =
  "Only those who may change the deployment read this: it has held secrets, which may stand here.";

/**
 * The one rule of who reads what was logged, answered or given as a reason: of a deployment that has held a secret (a
 * sealed input, an override, a secret or a resource that its inputs name) those who may change it; of any other whoever
 * sees it. Answers which of these deployments keep their details from the caller. They are in the caller's scope.
 */
export async function keptBackFrom(
  { db, identity, scope }: Pick<ServiceContext, "db" | "identity" | "scope">,
  ids: Iterable<DeploymentId>,
): Promise<ReadonlySet<DeploymentId>> {
  if (scope.isSiteAdmin) return new Set();
  const holder = identity.kind === "Deployment" ? undefined : identity;
  return new Set(await listConfidentialTo(db, { ids: [...new Set(ids)], holder, adminOf: scope.adminOf }));
}

/** A reason as its reader may see it. */
export function toldReason(reason: string | null, isKeptBack: boolean): string | null {
  return reason !== null && isKeptBack ? KEPT_BACK : reason;
}
