import type {
  HelmRegistry,
  HelmRegistryId,
  KindId,
  ListRequest,
  OneOf,
  Page,
  UpdateHelmRegistry,
} from "@platz/domain";
import { and, count, eq, getColumns, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, helmCharts, helmRegistries } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

export interface HelmRegistryFilter {
  readonly repoName?: OneOf<string> | undefined;
  readonly kindId?: OneOf<KindId> | undefined;
}

const partOf = listOf("registries", {
  sorts: {
    createdAt: [helmRegistries.createdAt],
    repoName: [helmRegistries.repoName],
  },
  unique: helmRegistries.id,
});

export async function listHelmRegistries(
  db: Queryable,
  { filter, list }: { readonly filter: HelmRegistryFilter; readonly list: ListRequest<"registries"> },
): Promise<Page<HelmRegistry>> {
  const where = and(
    matching(helmRegistries.repoName, filter.repoName),
    matching(helmRegistries.kindId, filter.kindId),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(helmRegistries), ...part.place })
        .from(helmRegistries)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(helmRegistries).where(where),
  });
}

export async function findHelmRegistry(db: Queryable, id: HelmRegistryId): Promise<HelmRegistry | undefined> {
  const [row] = await db.select().from(helmRegistries).where(eq(helmRegistries.id, id));
  return row;
}

/** The repository, held against other edits until the transaction ends. */
export async function lockHelmRegistry(db: Queryable, id: HelmRegistryId): Promise<HelmRegistry | undefined> {
  const [row] = await db.select().from(helmRegistries).where(eq(helmRegistries.id, id)).for("no key update");
  return row;
}

/** Saves an edit and counts it. */
export async function updateHelmRegistryRow(
  db: Queryable,
  { id, faIcon, kindId, signingKeys }: Omit<UpdateHelmRegistry, "version">,
): Promise<HelmRegistry | undefined> {
  const [row] = await db
    .update(helmRegistries)
    .set({ faIcon, kindId, signingKeys, version: sql`${helmRegistries.version} + 1` })
    .where(eq(helmRegistries.id, id))
    .returning();
  return row;
}

/** How many deployments run a chart of this repository. */
export async function countDeploymentsOfRegistry(db: Queryable, id: HelmRegistryId): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(deployments)
    .innerJoin(helmCharts, eq(helmCharts.id, deployments.helmChartId))
    .where(eq(helmCharts.helmRegistryId, id));
  return row?.n ?? 0;
}
