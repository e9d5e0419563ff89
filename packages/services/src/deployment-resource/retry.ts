import { lockDeploymentResource, updateDeploymentResourceRow } from "@platz/db/queries/deployment-resources";
import {
  type DeploymentResource,
  type DeploymentResourceId,
  NotFound,
  PreconditionFailed,
} from "@platz/domain";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedResource, pendingAfter, resourcePlace } from "./resource-place.ts";
import { withoutSecretProps } from "./type-spec.ts";

/**
 * Has the application told now, with all its attempts before it, of a change that it has not agreed to: one that failed,
 * or that waits for its next attempt. For those who may make that change.
 */
export async function retryDeploymentResource(
  context: ServiceContext,
  id: DeploymentResourceId,
): Promise<DeploymentResource> {
  return await inTransaction(context, async (context) => {
    const before = await lockDeploymentResource(context.db, id, context.scope.envs);
    if (!before) throw new NotFound("resource", id);
    const { syncChange } = before;
    const place = await resourcePlace(context, before, syncChange ?? "update");
    if (syncChange === null) {
      throw new PreconditionFailed(
        `The application knows ${before.name} as it is: there is nothing to try again.`,
      );
    }
    const pending = pendingAfter(place, syncChange);
    const exists = syncChange !== "delete" || pending.syncChange !== null;
    const after = await updateDeploymentResourceRow(context.db, id, { ...pending, exists });
    if (!after) throw new NotFound("resource", id);
    await recordChange(context, { ...auditedResource(after, place), before, after });
    return withoutSecretProps(after);
  });
}
