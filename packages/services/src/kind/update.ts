import { isDeepStrictEqual } from "node:util";
import { isUniqueViolation } from "@platz/db";
import { lockDeploymentKind, updateDeploymentKindRow } from "@platz/db/queries/deployment-kinds";
import { Conflict, type DeploymentKind, NotFound, type UpdateDeploymentKind } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/**
 * Gives a kind another name, has it take signed charts only or all, or takes from its deployments' tokens the rights that they had before charts declared what
 * they need. Nothing moves: what is deployed keeps its namespace (W-28).
 */
export async function updateKind(
  context: ServiceContext,
  input: UpdateDeploymentKind,
): Promise<DeploymentKind> {
  requireSiteAdmin(context, "change a kind");
  try {
    return await inTransaction(context, async (context) => {
      const before = await lockDeploymentKind(context.db, input.id);
      if (!before) throw new NotFound("kind", input.id);
      await requireSeenVersion(context, { ...before, label: `The kind ${before.name}` }, input.version);
      const {
        name = before.name,
        legacyTokenRights = before.legacyTokenRights,
        signedChartsOnly = before.signedChartsOnly,
      } = input;
      const wanted = { ...before, name, legacyTokenRights, signedChartsOnly };
      if (isDeepStrictEqual(wanted, before)) return before;
      const after = await updateDeploymentKindRow(context.db, input);
      if (!after) throw new NotFound("kind", input.id);
      const { id, name: label, version } = after;
      await recordChange(context, {
        entity: "deployment_kinds",
        id,
        label,
        envId: null,
        version,
        before,
        after,
      });
      return after;
    });
  } catch (error) {
    if (!isUniqueViolation(error, "deployment_kinds__name")) throw error;
    throw new Conflict(`There is a kind named "${input.name}" already: choose another name.`);
  }
}
