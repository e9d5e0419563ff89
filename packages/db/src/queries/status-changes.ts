import type { DeploymentId, Page, StatusChange } from "@platz/domain";
import { and, count, desc, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { statusChanges } from "../schema/index.ts";
import { type ListOptions, listOf } from "./list-of.ts";

const partOf = listOf("statusChanges", {
  sorts: { createdAt: [statusChanges.createdAt] },
  unique: statusChanges.id,
});

/** What a deployment has reported, newest first. */
export async function listStatusChanges(
  db: Queryable,
  deploymentId: DeploymentId,
  list: ListOptions<"statusChanges">,
): Promise<Page<StatusChange>> {
  const where = eq(statusChanges.deploymentId, deploymentId);
  return await partOf(list, where, {
    rows: ({ where, orderBy, limit, offset, place }) =>
      db
        .select({
          ...place,
          id: statusChanges.id,
          createdAt: statusChanges.createdAt,
          deploymentId: statusChanges.deploymentId,
          name: statusChanges.name,
          color: statusChanges.color,
          error: statusChanges.error,
          notices: statusChanges.notices,
        })
        .from(statusChanges)
        .where(where)
        .orderBy(...orderBy)
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(statusChanges).where(where),
  });
}

/** Notes a change, and forgets the oldest of the deployment beyond this many. */
export async function insertStatusChange(
  db: Queryable,
  change: Omit<StatusChange, "id" | "createdAt">,
  { keep }: { readonly keep: number },
): Promise<void> {
  const { deploymentId } = change;
  await db.insert(statusChanges).values({ ...change, createdAt: sql`clock_timestamp()` });
  const ofDeployment = eq(statusChanges.deploymentId, deploymentId);
  const [oldestKept] = await db
    .select({ createdAt: sql`${statusChanges.createdAt}::text` })
    .from(statusChanges)
    .where(ofDeployment)
    .orderBy(desc(statusChanges.createdAt))
    .limit(1)
    .offset(keep - 1);
  if (oldestKept === undefined) return;
  const isOlder = sql`${statusChanges.createdAt} < ${oldestKept.createdAt}::timestamptz`;
  await db.delete(statusChanges).where(and(ofDeployment, isOlder));
}

/** Forgets what is older than this many days; answers how many that were. */
export async function deleteOldStatusChanges(db: Queryable, days: number): Promise<number> {
  const rows = await db
    .delete(statusChanges)
    .where(lt(statusChanges.createdAt, sql`now() - make_interval(days => ${days}::int)`))
    .returning({ id: statusChanges.id });
  return rows.length;
}
