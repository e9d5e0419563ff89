import type { Queryable } from "@platz/db";
import { grantsOfKind } from "@platz/db/queries/kind-grants";
import { type ClusterId, type EffectiveGrant, effectiveGrant, type KindId } from "@platz/domain";

/** What the grants of a kind come to on a cluster. */
export async function grantOf(
  db: Queryable,
  { kindId, clusterId }: { readonly kindId: KindId; readonly clusterId: ClusterId },
): Promise<EffectiveGrant> {
  return effectiveGrant(await grantsOfKind(db, kindId), clusterId);
}
