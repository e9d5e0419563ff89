import { insertHelmTagFormat } from "@platz/db/queries/helm-tag-formats";
import { Conflict, type HelmTagFormat, Invalid, type NewHelmTagFormat } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { isUsablePattern } from "../chart-ingest/parse-tag.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/** Adds a way to read tags; it is tried before all others. */
export async function createTagFormat(
  context: ServiceContext,
  input: NewHelmTagFormat,
): Promise<HelmTagFormat> {
  requireSiteAdmin(context, "add a tag format");
  if (!isUsablePattern(input.pattern)) {
    throw Invalid.fields("The tag format", [
      {
        path: ["pattern"],
        message:
          "must be a regular expression without look-around, back-references or repeated groups in which something repeats",
      },
    ]);
  }
  return await inTransaction(context, async (context) => {
    const format = await insertHelmTagFormat(context.db, input);
    if (!format) throw new Conflict("There is a tag format with this pattern already.");
    const { id, pattern } = format;
    await recordChange(context, {
      entity: "helm_tag_formats",
      id,
      label: pattern,
      envId: null,
      after: format,
    });
    return format;
  });
}
