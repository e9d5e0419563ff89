import { listHelmTagFormats } from "@platz/db/queries/helm-tag-formats";
import type { HelmTagFormat, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** How tags are read, in the order in which the formats are tried: the newest first. */
export async function listTagFormats(
  { db }: ServiceContext,
  input: { readonly pattern?: string | undefined; readonly page: PageRequest },
): Promise<Page<HelmTagFormat>> {
  return await listHelmTagFormats(db, input);
}
