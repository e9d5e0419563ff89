import {
  lockResourceType,
  lockResourceTypeOf,
  type ResourceTypeOfKind,
  updateResourceTypeRow,
} from "@platz/db/queries/deployment-resource-types";
import {
  type ApproveResourceType,
  Conflict,
  type Json,
  NotFound,
  PreconditionFailed,
  sameJson,
} from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { specOf } from "../deployment-resource/type-spec.ts";

/**
 * Makes the form of a type that of every env, as its chart wishes: of a type of one env, or of a newer form of one that is
 * global already. Resources stay in their envs. Refused when another form has been published than was seen.
 */
export async function approveResourceType(
  context: ServiceContext,
  { id, spec: seen }: ApproveResourceType,
): Promise<ResourceTypeOfKind> {
  requireSiteAdmin(context, "make a resource type global");
  return await inTransaction(context, async (context) => {
    const { db } = context;
    const before = await lockResourceType(db, id);
    if (!before) throw new NotFound("resource type", id);
    const proposed = proposedBy(before);
    if (proposed === null) {
      throw new PreconditionFailed(`Nothing of the resource type ${before.key} waits to be approved.`);
    }
    if (!sameJson(seen, proposed)) {
      throw new Conflict(
        `Another form of the resource type ${before.key} has been published since: look at it, and approve that.`,
      );
    }
    if (before.envId !== null && (await lockResourceTypeOf(db, { ...before, envId: null }))) {
      throw new Conflict(`The kind ${before.kindName} has a global resource type ${before.key} already.`);
    }
    const changes = { envId: null, spec: proposed, proposedSpec: null, proposedFromEnvId: null };
    await updateResourceTypeRow(db, id, changes);
    const after = { ...before, ...changes };
    await recordChange(context, {
      entity: "deployment_resource_types",
      id,
      label: `${before.kindName}/${before.key}`,
      envId: null,
      before,
      after,
    });
    return after;
  });
}

/** What waits to be approved; `null` when nothing does. */
function proposedBy(type: ResourceTypeOfKind): Json | null {
  if (type.envId === null) return type.proposedSpec;
  return specOf(type).global ? type.spec : null;
}
