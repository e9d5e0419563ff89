import type { ResourceTypeOfKind } from "@platz/db/queries/deployment-resource-types";
import type { DeploymentResource, ResourceOffer } from "@platz/domain";

/** An offer as the audit log names it. */
export function auditedOffer(
  { id, envId }: ResourceOffer,
  { kindName, key }: ResourceTypeOfKind,
  resource: Pick<DeploymentResource, "name"> | undefined,
) {
  const label = `offer of ${kindName}/${key}${resource ? ` ${resource.name}` : ""}`;
  return { entity: "resource_offers", id, envId, label } as const;
}
