import { insertDeploymentResource } from "@platz/db/queries/deployment-resources";
import {
  Conflict,
  type DeploymentResource,
  DeploymentResourceId,
  Forbidden,
  type NewDeploymentResource,
} from "@platz/domain";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedResource, pendingAfter, resourcePlace } from "./resource-place.ts";
import { storedProps } from "./stored-props.ts";
import { withoutSecretProps } from "./type-spec.ts";

/** Makes a resource of a deployment; its create hook, if the type has one, is called next (API spec 6.13). */
export async function createDeploymentResource(
  context: ServiceContext,
  input: NewDeploymentResource,
): Promise<DeploymentResource> {
  return await inTransaction(context, async (context) => {
    const place = await resourcePlace(context, input, "create");
    const isMirrored = context.identity.kind === "Deployment";
    if (!isMirrored && (input.id !== undefined || input.syncStatus === "Ready")) {
      throw new Forbidden("Only a deployment may choose the id of a resource, or say that it is ready.");
    }
    const id = input.id ?? DeploymentResourceId.parse(crypto.randomUUID());
    const resource = await insertDeploymentResource(context.db, {
      ...input,
      id,
      envId: place.deployment.envId,
      props: await storedProps(context, place, { id, props: input.props }),
      ...(input.syncStatus === "Ready"
        ? ({ syncStatus: "Ready", syncChange: null } as const)
        : pendingAfter(place, "create")),
    });
    if (!resource) {
      throw new Conflict(
        `There is a ${place.spec.name_singular} "${input.name}" already: choose another name.`,
      );
    }
    await recordChange(context, { ...auditedResource(resource, place), after: resource });
    return withoutSecretProps(resource);
  });
}
