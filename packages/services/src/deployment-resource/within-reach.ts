import { kindNamesOf } from "@platz/db/queries/token-facts";
import type { DeploymentResource } from "@platz/domain";
import { reachOf } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";

/**
 * Resources as the caller may see them: a deployment sees of those that its token does not reach that they are there, and
 * not what they are.
 */
export async function withinReach<Resource extends DeploymentResource>(
  context: ServiceContext,
  resources: readonly Resource[],
): Promise<Resource[]> {
  const reach = await reachOf(context);
  if (reach === undefined) return [...resources];
  const owners = resources.flatMap(({ deploymentId }) => deploymentId ?? []);
  const kindNames = await kindNamesOf(context.db, owners);
  const isReached = ({ id, deploymentId }: Resource) =>
    reach.refersTo(id) ||
    (deploymentId !== null &&
      reach.covers({ id: deploymentId, kindName: kindNames.get(deploymentId) ?? "" }, "read"));
  return resources.map((resource) => (isReached(resource) ? resource : { ...resource, props: {} }));
}
