import type { Deployment, DeploymentId, FieldChanges, HelmChart, Json, Operation } from "@platz/domain";
import { and, asc, eq, gt, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import type { Queryable } from "../open-database.ts";
import { auditLog, deployments, deploymentTasks, helmCharts, settings } from "../schema/index.ts";

const KEY = "sealed past";

/** How far the past has been looked through, as whoever does it keeps it. Held against others until the transaction ends. */
export async function takeSealedPast(db: Queryable): Promise<Json> {
  await db.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.sealedPast})`);
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, KEY));
  return row === undefined ? null : JSON.parse(row.value);
}

export async function keepSealedPast(db: Queryable, progress: Json): Promise<void> {
  const value = JSON.stringify(progress);
  await db
    .insert(settings)
    .values({ key: KEY, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } });
}

/** Deployments after this one, in the order of ids. They are held against edits until the transaction ends. */
export async function lockDeploymentsAfter(
  db: Queryable,
  afterId: string,
  limit: number,
): Promise<Pick<Deployment, "id" | "helmChartId" | "config" | "valuesOverride">[]> {
  const { id, helmChartId, config, valuesOverride } = deployments;
  return await db
    .select({ id, helmChartId, config, valuesOverride })
    .from(deployments)
    .where(gt(id, afterId as DeploymentId))
    .orderBy(asc(id))
    .limit(limit)
    .for("no key update");
}

export interface PastTask {
  readonly id: string;
  readonly operation: Operation;
}

/** The tasks of a deployment that hold inputs, in their order. */
export async function listTasksWithInputs(db: Queryable, id: DeploymentId): Promise<PastTask[]> {
  return await db
    .select({ id: deploymentTasks.id, operation: deploymentTasks.operation })
    .from(deploymentTasks)
    .where(
      and(
        eq(deploymentTasks.deploymentId, id),
        sql`${deploymentTasks.operation} ->> 'kind' in ('Install', 'Upgrade', 'Rollback', 'InvokeAction')`,
      ),
    )
    .orderBy(asc(deploymentTasks.seq));
}

/** The form of a chart, as it is stored; `undefined` when the chart is gone. */
export async function findStoredForm(
  db: Queryable,
  id: HelmChart["id"],
): Promise<Pick<HelmChart, "valuesUi"> | undefined> {
  const [row] = await db
    .select({ valuesUi: helmCharts.valuesUi })
    .from(helmCharts)
    .where(eq(helmCharts.id, id));
  return row;
}

/** An entry of the audit log with what it says of a change. */
export interface PastEntry {
  readonly id: string;
  readonly changes: FieldChanges | null;
}

/** What the audit log says of these things, oldest first, as far as it is not chained: from then on nothing changes it. */
export async function listEntriesOf(db: Queryable, entityIds: readonly string[]): Promise<PastEntry[]> {
  return await db
    .select({ id: auditLog.id, changes: auditLog.changes })
    .from(auditLog)
    .where(
      and(
        inArray(auditLog.entityId, [...entityIds]),
        isNotNull(auditLog.changes),
        isNull(auditLog.chainPosition),
      ),
    )
    .orderBy(asc(auditLog.seq));
}

/** Deployments that are gone and of which the audit log tells, after this one, in the order of ids. */
export async function listGoneDeployments(db: Queryable, afterId: string, limit: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(
    sql`
      select distinct entity_id as id from audit_log a
      where entity = 'deployments' and entity_id > ${afterId}::uuid
        and not exists (select 1 from deployments d where d.id = a.entity_id)
      order by 1 limit ${limit}`,
    "objects",
  );
  return rows.map(({ id }) => id);
}

/** Gives an entry of the audit log other changes: for taking secrets out of it, and for nothing else. */
export async function redactEntry(db: Queryable, { id, changes }: PastEntry): Promise<void> {
  await db.update(auditLog).set({ changes }).where(sql`${auditLog.id} = ${id}::uuid`);
}
