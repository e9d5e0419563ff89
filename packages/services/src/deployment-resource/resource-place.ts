import { findResourceType } from "@platz/db/queries/deployment-resource-types";
import type { PendingChange } from "@platz/db/queries/deployment-resources";
import { findDeployment } from "@platz/db/queries/deployments";
import {
  type DeploymentId,
  type DeploymentResource,
  type DeploymentResourceTypeId,
  NotFound,
  PreconditionFailed,
  type ResourceChange,
  syncStatusDuring,
} from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { deploymentLabel } from "../deployment/deployment-label.ts";
import { requireNotDeleting } from "../deployment/require-in-use.ts";
import { type ResourceAct, type ResourcePlace, requireResourceRole } from "./require-resource-role.ts";
import { specOf } from "./type-spec.ts";

/** The place of a resource, for those who may do this to it there. */
export async function resourcePlace(
  context: ServiceContext,
  of: { readonly typeId: DeploymentResourceTypeId; readonly deploymentId: DeploymentId | null },
  act: ResourceAct,
): Promise<ResourcePlace> {
  const { db, scope } = context;
  const type = await findResourceType(db, of.typeId, scope.envs);
  if (!type) throw new NotFound("resource type", of.typeId);
  if (of.deploymentId === null) throw new PreconditionFailed("The deployment of this resource is gone.");
  const deployment = await findDeployment(db, of.deploymentId, scope.envs);
  if (!deployment) throw new NotFound("deployment", of.deploymentId);
  const place = { deployment, type, spec: specOf(type) };
  await requireResourceRole(context, place, act);
  if (deployment.kindId !== type.deploymentKindId) {
    throw new PreconditionFailed(`${deploymentLabel(deployment)} has no resources of the type ${type.key}.`);
  }
  if (act === "create" && type.envId !== null && type.envId !== deployment.envId) {
    throw new PreconditionFailed(
      `The resource type ${type.key} is one of another env: choose that of the deployment's own.`,
    );
  }
  requireNotDeleting(deployment);
  return place;
}

/** A resource as the audit log names it. */
export function auditedResource({ id, name, envId, version }: DeploymentResource, { spec }: ResourcePlace) {
  return {
    entity: "deployment_resources",
    id,
    envId,
    version,
    label: `${spec.name_singular} ${name}`,
  } as const;
}

/** What a change leaves to be told to the application: nothing, where the chart has nothing to be called for it. */
export function pendingAfter(
  { spec }: ResourcePlace,
  change: ResourceChange,
): PendingChange & Pick<DeploymentResource, "syncStatus"> {
  return spec.lifecycle[change]?.target
    ? { syncStatus: syncStatusDuring[change], syncChange: change }
    : { syncStatus: "Ready", syncChange: null };
}
