import {
  countChartsOfTagFormat,
  deleteHelmTagFormatRow,
  findHelmTagFormat,
} from "@platz/db/queries/helm-tag-formats";
import { Conflict, type HelmTagFormatId, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/** Removes a way to read tags that no chart was read by. */
export async function deleteTagFormat(context: ServiceContext, id: HelmTagFormatId): Promise<void> {
  requireSiteAdmin(context, "remove a tag format");
  await inTransaction(context, async (context) => {
    const { db } = context;
    const format = await findHelmTagFormat(db, id);
    if (!format) throw new NotFound("tag format", id);
    const charts = await countChartsOfTagFormat(db, id);
    if (charts > 0) throw new Conflict(`${charts} charts were read by this format, so it stays.`);
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
