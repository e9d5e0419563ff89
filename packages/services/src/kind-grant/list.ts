import { listKindGrants as queryGrants } from "@platz/db/queries/kind-grants";
import type { KindGrant, KindId, ListRequest, OneOf, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** What kinds were granted, by whom, when and why. */
export async function listKindGrants(
  { db }: ServiceContext,
  { page, sort, kindId }: { readonly kindId?: OneOf<KindId> | undefined } & ListRequest<"kindGrants">,
): Promise<Page<KindGrant>> {
  return await queryGrants(db, { kindId, list: { page, sort } });
}
