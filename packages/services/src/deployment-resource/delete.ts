import { type Dependant, listDependantsOfAny } from "@platz/db/queries/deployment-references";
import { lockDeploymentResource, updateDeploymentResourceRow } from "@platz/db/queries/deployment-resources";
import { Conflict, type DeploymentResourceId, NotFound } from "@platz/domain";
import { seesEnv } from "../access/access-scope.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabels } from "../deployment/deployment-label.ts";
import { collectionsOf } from "./collections-of.ts";
import { auditedResource, pendingAfter, resourcePlace } from "./resource-place.ts";

/**
 * Has a resource deleted that no deployment uses: its delete hook, if the type has one, is called first. Its row stays,
 * marked as gone. Asked again meanwhile, nothing is added.
 */
export async function deleteDeploymentResource(
  context: ServiceContext,
  id: DeploymentResourceId,
): Promise<void> {
  await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const before = await lockDeploymentResource(db, id, scope.envs);
    if (!before?.exists) throw new NotFound("resource", id);
    const place = await resourcePlace(context, before, "delete");
    if (before.syncStatus === "Deleting") return;
    const dependants = await listDependantsOfAny(db, collectionsOf(place.type, id));
    if (dependants.length > 0) {
      throw new Conflict(
        `The ${place.spec.name_singular} ${before.name} is used by ${usersText(context, dependants)}: take it out of their inputs first.`,
      );
    }
    const pending = pendingAfter(place, "delete");
    const after = await updateDeploymentResourceRow(db, id, {
      ...pending,
      exists: pending.syncChange !== null,
    });
    if (!after) throw new NotFound("resource", id);
    await recordChange(context, { ...auditedResource(after, place), before, after });
  });
}

/** Deployments of envs that the caller does not see are only counted. */
function usersText({ scope }: ServiceContext, dependants: readonly Dependant[]): string {
  const seen = dependants.filter(({ envId }) => seesEnv(scope, envId));
  const others = dependants.length - seen.length;
  const elsewhere = others === 0 ? [] : [`${others} deployments of other envs`];
  return [...(seen.length > 0 ? [deploymentLabels(seen)] : []), ...elsewhere].join(" and ");
}
