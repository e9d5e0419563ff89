import { findResourceType } from "@platz/db/queries/deployment-resource-types";
import { findDeploymentResource } from "@platz/db/queries/deployment-resources";
import { deleteResourceOfferRow, findResourceOffer } from "@platz/db/queries/resource-offers";
import { Forbidden, NotFound, type ResourceOfferId } from "@platz/domain";
import { isEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedOffer } from "./audited-offer.ts";

/**
 * Withdraws an offer, whoever uses it. What is installed runs on with what it was given; the next task of a deployment
 * that still names such a resource fails, and says so.
 */
export async function deleteResourceOffer(context: ServiceContext, id: ResourceOfferId): Promise<void> {
  await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const offer = await findResourceOffer(db, id, scope.envs);
    if (!offer) throw new NotFound("offer", id);
    if (!isEnvAdmin(scope, offer.envId)) {
      throw new Forbidden("Only an admin of the env that has given the offer may withdraw it.");
    }
    const type = await findResourceType(db, offer.typeId, "all");
    if (!type) throw new NotFound("offer", id);
    const resource =
      offer.resourceId === null ? undefined : await findDeploymentResource(db, offer.resourceId, "all");
    await deleteResourceOfferRow(db, id);
    await recordChange(context, { ...auditedOffer(offer, type, resource), before: offer });
  });
}
