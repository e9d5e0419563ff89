import type { KindGrant, KindGrantId, KindId, ListRequest, NewKindGrant, OneOf, Page } from "@platz/domain";
import { asc, count, eq, getColumns } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { kindGrants } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

const { podSecurityEnforce: enforce, podSecurityWarn: warn, ...columns } = getColumns(kindGrants);
const shown = { ...columns, podSecurity: { enforce, warn } };

const partOf = listOf("kindGrants", {
  sorts: { createdAt: [kindGrants.createdAt] },
  unique: kindGrants.id,
});

export async function listKindGrants(
  db: Queryable,
  { kindId, list }: { readonly kindId?: OneOf<KindId> | undefined; readonly list: ListRequest<"kindGrants"> },
): Promise<Page<KindGrant>> {
  const where = matching(kindGrants.kindId, kindId);
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(kindGrants)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(kindGrants).where(where),
  });
}

/** All grants of a kind, the oldest first. */
export async function grantsOfKind(db: Queryable, kindId: KindId): Promise<KindGrant[]> {
  return await db
    .select(shown)
    .from(kindGrants)
    .where(eq(kindGrants.kindId, kindId))
    .orderBy(asc(kindGrants.createdAt), asc(kindGrants.id));
}

export async function findKindGrant(db: Queryable, id: KindGrantId): Promise<KindGrant | undefined> {
  const [row] = await db.select(shown).from(kindGrants).where(eq(kindGrants.id, id));
  return row;
}

export async function insertKindGrant(
  db: Queryable,
  { podSecurity, ...grant }: NewKindGrant & Pick<KindGrant, "grantedBy">,
): Promise<KindGrant> {
  const [row] = await db
    .insert(kindGrants)
    .values({ ...grant, podSecurityEnforce: podSecurity.enforce, podSecurityWarn: podSecurity.warn })
    .returning();
  if (!row) throw new Error("an insert returned no row");
  return fromRow(row);
}

/** Takes a grant back. Says nothing when it is gone already. */
export async function deleteKindGrantRow(db: Queryable, id: KindGrantId): Promise<KindGrant | undefined> {
  const [row] = await db.delete(kindGrants).where(eq(kindGrants.id, id)).returning();
  return row && fromRow(row);
}

function fromRow({ podSecurityEnforce, podSecurityWarn, ...row }: typeof kindGrants.$inferSelect): KindGrant {
  return { ...row, podSecurity: { enforce: podSecurityEnforce, warn: podSecurityWarn } };
}
