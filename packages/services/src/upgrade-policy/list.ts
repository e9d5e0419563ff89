import { listUpgradePolicies as queryPolicies } from "@platz/db/queries/upgrade-policies";
import type { DeploymentId, ListRequest, OneOf, Page, UpgradePolicy } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Which deployments in the caller's envs follow what. */
export async function listUpgradePolicies(
  { db, scope }: ServiceContext,
  {
    page,
    sort,
    deploymentId,
  }: ListRequest<"upgradePolicies"> & { readonly deploymentId?: OneOf<DeploymentId> | undefined },
): Promise<Page<UpgradePolicy>> {
  return await queryPolicies(db, scope.envs, { deploymentId, list: { page, sort } });
}
