import type { ResourceTypeSpec } from "@platz/chart-ext";
import type { ResourceTypeOfKind } from "@platz/db/queries/deployment-resource-types";
import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { Forbidden } from "@platz/domain";
import { requireDeploymentMaintainer, requireDeploymentOwner } from "../access/require-deployment-role.ts";
import { requireReach } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";

/** What is done to a resource, with the words that finish "… may …". */
const acts = {
  create: "create its resources",
  update: "change its resources",
  delete: "delete its resources",
} as const;
export type ResourceAct = keyof typeof acts;

/** The deployment that has a resource, and the resource's type. */
export interface ResourcePlace {
  readonly deployment: PlacedDeployment;
  readonly type: ResourceTypeOfKind;
  readonly spec: ResourceTypeSpec;
}

/**
 * Lets through those who may work with the deployment, owners alone where the type's lifecycle says so, and a deployment
 * of the type's own kind in its own env, which mirrors what it has (API spec 4.4, W-06), as far as its token reaches.
 */
export async function requireResourceRole(
  context: ServiceContext,
  { deployment, type, spec }: ResourcePlace,
  act: ResourceAct,
): Promise<void> {
  if (context.identity.kind === "Deployment") {
    const caller = await findDeployment(context.db, context.identity.id, context.scope.envs);
    if (caller?.kindId !== type.deploymentKindId || caller.envId !== deployment.envId) {
      throw new Forbidden("A deployment may only manage resources of its own kind, in its own env.");
    }
    await requireReach(context, deployment, { access: "act", to: acts[act] });
    return;
  }
  const requireRole =
    spec.lifecycle[act]?.allowed_role === "Owner" ? requireDeploymentOwner : requireDeploymentMaintainer;
  await requireRole(context, deployment, acts[act]);
}
