import { findKindGrant } from "@platz/db/queries/kind-grants";
import { type KindGrant, type KindGrantId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getKindGrant({ db }: ServiceContext, id: KindGrantId): Promise<KindGrant> {
  const grant = await findKindGrant(db, id);
  if (!grant) throw new NotFound("grant", id);
  return grant;
}
