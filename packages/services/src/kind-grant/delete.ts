import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { deleteKindGrantRow } from "@platz/db/queries/kind-grants";
import { type KindGrantId, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedGrant } from "./audited-grant.ts";

/** Takes a grant back. It ends with the next task of each deployment; nothing that is installed is removed. */
export async function deleteKindGrant(context: ServiceContext, id: KindGrantId): Promise<void> {
  requireSiteAdmin(context, "take a grant back from a kind");
  await inTransaction(context, async (context) => {
    const grant = await deleteKindGrantRow(context.db, id);
    if (!grant) throw new NotFound("grant", id);
    const kind = await findDeploymentKind(context.db, grant.kindId);
    if (!kind) throw new NotFound("kind", grant.kindId);
    await recordChange(context, { ...auditedGrant(grant, kind), before: grant });
  });
}
