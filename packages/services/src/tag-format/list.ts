import { listHelmTagFormats } from "@platz/db/queries/helm-tag-formats";
import type { HelmTagFormat, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** How tags are read, in the order in which the formats are tried: the newest first. */
export async function listTagFormats(
  { db }: ServiceContext,
  { page, sort, pattern }: { readonly pattern?: string | undefined } & ListRequest<"tagFormats">,
): Promise<Page<HelmTagFormat>> {
  return await listHelmTagFormats(db, { pattern, list: { page, sort } });
}
