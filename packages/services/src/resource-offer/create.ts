import { findResourceType } from "@platz/db/queries/deployment-resource-types";
import { findDeploymentResource } from "@platz/db/queries/deployment-resources";
import { shareEnv } from "@platz/db/queries/envs";
import { insertResourceOffer } from "@platz/db/queries/resource-offers";
import { Conflict, type NewResourceOffer, NotFound, type ResourceOffer } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedOffer } from "./audited-offer.ts";

/**
 * Lets deployments of another env use a resource of this one, or all that it has of a type: by an admin of the env that
 * they belong to. They are offered in forms there by name, and given to Helm with their secrets.
 */
export async function createResourceOffer(
  context: ServiceContext,
  input: NewResourceOffer,
): Promise<ResourceOffer> {
  const { envId, toEnvId, typeId, resourceId } = input;
  requireEnvAdmin(context, envId, "offer its resources to another env");
  return await inTransaction(context, async (context) => {
    const { db, scope } = context;
    if (!(await shareEnv(db, toEnvId))) throw new NotFound("env", toEnvId);
    const type = await findResourceType(db, typeId, [envId]);
    if (!type) throw new NotFound("resource type", typeId);
    const resource = resourceId === null ? undefined : await findDeploymentResource(db, resourceId, [envId]);
    if (resourceId !== null && (!resource?.exists || resource.typeId !== typeId)) {
      throw new NotFound("resource", resourceId);
    }
    const offer = await insertResourceOffer(db, { ...input, offeredBy: scope.label });
    if (!offer) throw new Conflict("The same is offered to that env already.");
    await recordChange(context, { ...auditedOffer(offer, type, resource), after: offer });
    return offer;
  });
}
