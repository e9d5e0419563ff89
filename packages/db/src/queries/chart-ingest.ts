import type { DeploymentKind, HelmChart, HelmRegistry, HelmRegistryId, HelmTagFormatId } from "@platz/domain";
import { and, desc, eq, isNull, lt, ne } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds, helmCharts, helmRegistries, helmTagFormats } from "../schema/index.ts";

/** A repository as its registry names it. */
export type RepositoryKey = Pick<HelmRegistry, "domainName" | "repoName">;

export async function findRegistryOfRepository(
  db: Queryable,
  { domainName, repoName }: RepositoryKey,
): Promise<HelmRegistry | undefined> {
  const [row] = await db
    .select()
    .from(helmRegistries)
    .where(and(eq(helmRegistries.domainName, domainName), eq(helmRegistries.repoName, repoName)));
  return row;
}

/** A row that must be there, and whether this has made it. */
export interface Ensured<Row> {
  readonly row: Row;
  readonly isNew: boolean;
}

/** The registry row of a repository; one that exists is left as it is, since an admin may have changed its kind. */
export async function ensureRegistry(
  db: Queryable,
  registry: RepositoryKey & Pick<HelmRegistry, "kindId" | "provider">,
): Promise<Ensured<HelmRegistry>> {
  const [made] = await db.insert(helmRegistries).values(registry).onConflictDoNothing().returning();
  const row = made ?? (await findRegistryOfRepository(db, registry));
  if (row === undefined) throw new Error("a registry vanished while it was recorded");
  return { row, isNew: made !== undefined };
}

export async function ensureKind(db: Queryable, name: string): Promise<Ensured<DeploymentKind>> {
  const [made] = await db.insert(deploymentKinds).values({ name }).onConflictDoNothing().returning();
  const [found] = made ? [] : await db.select().from(deploymentKinds).where(eq(deploymentKinds.name, name));
  const row = made ?? found;
  if (row === undefined) throw new Error("a kind vanished while it was recorded");
  return { row, isNew: made !== undefined };
}

/** A chart by what makes it one: a tag and a digest of a repository. */
export interface ChartKey {
  readonly helmRegistryId: HelmRegistryId;
  readonly imageTag: string;
  readonly imageDigest: string;
}

/** Makes a chart that is recorded available again. `false`: it is not recorded. Writes nothing when all is so already. */
export async function reviveChart(db: Queryable, key: ChartKey): Promise<boolean> {
  const ofKey = and(
    eq(helmCharts.helmRegistryId, key.helmRegistryId),
    eq(helmCharts.imageDigest, key.imageDigest),
    eq(helmCharts.imageTag, key.imageTag),
  );
  const [row] = await db
    .select({ id: helmCharts.id, available: helmCharts.available })
    .from(helmCharts)
    .where(ofKey);
  if (row?.available === false) {
    await db.update(helmCharts).set({ available: true }).where(eq(helmCharts.id, row.id));
  }
  return row !== undefined;
}

export async function insertChart(db: Queryable, chart: Omit<HelmChart, "id" | "available">): Promise<void> {
  await db.insert(helmCharts).values(chart).onConflictDoNothing();
}

/** The newest chart of a repository that is older than this, and can be read. */
export async function findEarlierChart(
  db: Queryable,
  { helmRegistryId, createdAt }: Pick<HelmChart, "helmRegistryId" | "createdAt">,
): Promise<Pick<HelmChart, "imageTag" | "valuesUi" | "actionsSchema" | "resourceTypes"> | undefined> {
  const [row] = await db
    .select({
      imageTag: helmCharts.imageTag,
      valuesUi: helmCharts.valuesUi,
      actionsSchema: helmCharts.actionsSchema,
      resourceTypes: helmCharts.resourceTypes,
    })
    .from(helmCharts)
    .where(
      and(
        eq(helmCharts.helmRegistryId, helmRegistryId),
        lt(helmCharts.createdAt, createdAt),
        isNull(helmCharts.error),
      ),
    )
    .orderBy(desc(helmCharts.createdAt), desc(helmCharts.id))
    .limit(1);
  return row;
}

/** The charts of a tag are there no more, except that of the digest which the tag names now. Says how many that were. */
export async function withdrawCharts(
  db: Queryable,
  {
    helmRegistryId,
    imageTag,
    exceptDigest,
  }: Omit<ChartKey, "imageDigest"> & { readonly exceptDigest?: string },
): Promise<number> {
  const rows = await db
    .update(helmCharts)
    .set({ available: false })
    .where(
      and(
        eq(helmCharts.helmRegistryId, helmRegistryId),
        eq(helmCharts.imageTag, imageTag),
        eq(helmCharts.available, true),
        exceptDigest === undefined ? undefined : ne(helmCharts.imageDigest, exceptDigest),
      ),
    )
    .returning({ id: helmCharts.id });
  return rows.length;
}

/** A tag of which a chart is recorded as available, and since when its registry has had it. */
export interface AvailableTag {
  readonly domain: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly createdAt: Date;
}

/** What is recorded as available in a registry. */
export async function listAvailableTags(db: Queryable, domainName: string): Promise<AvailableTag[]> {
  return await db
    .select({
      domain: helmRegistries.domainName,
      repository: helmRegistries.repoName,
      tag: helmCharts.imageTag,
      digest: helmCharts.imageDigest,
      createdAt: helmCharts.createdAt,
    })
    .from(helmCharts)
    .innerJoin(helmRegistries, eq(helmRegistries.id, helmCharts.helmRegistryId))
    .where(and(eq(helmRegistries.domainName, domainName), eq(helmCharts.available, true)));
}

/** Newest first: the order in which they are tried. */
export async function listTagFormats(
  db: Queryable,
): Promise<{ readonly id: HelmTagFormatId; readonly pattern: string }[]> {
  return await db
    .select({ id: helmTagFormats.id, pattern: helmTagFormats.pattern })
    .from(helmTagFormats)
    .orderBy(desc(helmTagFormats.createdAt), desc(helmTagFormats.id));
}
