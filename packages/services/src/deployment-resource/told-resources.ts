import type { DeploymentResource } from "@platz/domain";
import { keptBackFrom, toldReason } from "../access/may-read-details.ts";
import type { ServiceContext } from "../context.ts";
import { withoutSecretProps } from "./type-spec.ts";
import { withinReach } from "./within-reach.ts";

/** Resources as their reader may see them: without secrets, and without what their applications answered if that is kept back. */
export async function toldResources(
  context: ServiceContext,
  all: readonly DeploymentResource[],
): Promise<DeploymentResource[]> {
  const resources = await withinReach(context, all);
  const answered = resources.filter(({ syncReason }) => syncReason !== null);
  const keptBack = await keptBackFrom(
    context,
    answered.flatMap(({ deploymentId }) => deploymentId ?? []),
  );
  return resources.map((resource) => {
    const isKeptBack = resource.deploymentId !== null && keptBack.has(resource.deploymentId);
    return { ...withoutSecretProps(resource), syncReason: toldReason(resource.syncReason, isKeptBack) };
  });
}
