import { deleteHelmTagFormatRow, findHelmTagFormat } from "@platz/db/queries/helm-tag-formats";
import { countPoliciesOfTagFormat } from "@platz/db/queries/upgrade-policies";
import { Conflict, type HelmTagFormatId, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { reparseTagsOf } from "../chart-ingest/reparse-tags.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/** Removes a way to read tags; charts that were read by it are read by the others. */
export async function deleteTagFormat(context: ServiceContext, id: HelmTagFormatId): Promise<void> {
  requireSiteAdmin(context, "remove a tag format");
  await inTransaction(context, async (context) => {
    const { db } = context;
    const format = await findHelmTagFormat(db, id);
    if (!format) throw new NotFound("tag format", id);
    const policies = await countPoliciesOfTagFormat(db, id);
    if (policies > 0) throw new Conflict(`${policies} upgrade policies follow this format, so it stays.`);
    await reparseTagsOf(db, id);
    await deleteHelmTagFormatRow(db, id);
    await recordChange(context, {
      entity: "helm_tag_formats",
      id,
      label: format.pattern,
      envId: null,
      before: format,
    });
  });
}
