import type {
  ClusterId,
  DeploymentTask,
  DeploymentTaskId,
  DeploymentTaskStatus,
  JsonObject,
} from "@platz/domain";
import { and, eq, getColumns, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, k8sClusters, taskLogs, deploymentTasks as tasks } from "../schema/index.ts";

/** Whose a running task is: writes that name an older fence than the task's match no row. */
export interface TaskOwnership {
  readonly id: DeploymentTaskId;
  readonly fence: number;
}

/** A task as the agent that runs it sees it. */
export interface ClaimedTask extends DeploymentTask {
  readonly fence: number;
  /** What runs of it have recorded so far. */
  readonly progress: JsonObject;
  /** The trace of whoever asked for it (W3C `traceparent`). */
  readonly traceParent: string | null;
}

const { seq: _seq, leaseOwner: _owner, leaseExpiresAt: _lease, ...claimed } = getColumns(tasks);

export interface ClaimRequest {
  /** The agent; it must hold the lease of the task's cluster. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly perClusterMax: number;
  /** The clusters that it is connected to now; absent: whichever it holds. */
  readonly clusters?: readonly ClusterId[] | undefined;
}

const owned = ({ id, fence }: TaskOwnership) =>
  and(eq(tasks.id, id), eq(tasks.fence, fence), eq(tasks.status, "Started"));

/**
 * Takes one task that may run now, exclusively: one that waits and is due, or one whose owner's lease has run out;
 * the first unfinished one of its deployment, not counting those that are planned for later; on a healthy cluster that this agent holds and that has room. The
 * cluster with the fewest running tasks comes first. `undefined` when there is none, or when somebody holds what there
 * is for a moment: it waits for nobody's lock, so that no verb and no other agent can deadlock with it.
 */
export async function claimTask(db: Queryable, request: ClaimRequest): Promise<ClaimedTask | undefined> {
  const { owner, leaseMs, clusters } = request;
  if (clusters?.length === 0) return undefined;
  const [row] = await db
    .update(tasks)
    .set({
      status: "Started",
      reason: null,
      startedAt: sql`now()`,
      firstAttemptedAt: sql`coalesce(${tasks.firstAttemptedAt}, now())`,
      attempt: sql`${tasks.attempt} + 1`,
      fence: sql`nextval('deployment_task_fence')`,
      leaseOwner: owner,
      leaseExpiresAt: leaseEnd(leaseMs),
    })
    .where(sql`${tasks.id} = ${candidate(request)}`)
    .returning(claimed);
  return row === undefined ? undefined : { ...row, fence: row.fence ?? 0 };
}

/** How many runnable tasks of each cluster are looked at, so that a locked one does not hold up those behind it. */
const LOOKED_AT = 8;

/** The task to take. Its row and its deployment's are locked; clusters are gone through one by one, by index. */
function candidate({ owner, perClusterMax, clusters }: Omit<ClaimRequest, "leaseMs">): SQL {
  const isConnected = clusters === undefined ? sql`true` : sql`c.id in ${clusters}`;
  const waits = sql`t.status = 'Pending' and t.execute_at <= now()`;
  const orphaned = sql`t.status = 'Started' and t.lease_expires_at <= now()`;
  return sql`(
    with room as materialized (
      select c.id, (
        select count(*) from ${tasks} r
        where r.cluster_id = c.id and r.status = 'Started' and r.lease_expires_at > now()) as running
      from ${k8sClusters} c
      where c.lease_owner = ${owner} and c.lease_expires_at > now() and c.is_ok and not c.ignore and ${isConnected}
    ), next as materialized (
      select n.*, room.running from room cross join lateral (
        (select t.id, t.execute_at, t.seq from ${tasks} t
          where t.cluster_id = room.id and ${waits} and not exists (
            select 1 from ${tasks} e
            where e.deployment_id = t.deployment_id and e.id <> t.id and (
              e.status = 'Started'
              or (e.status = 'Pending' and e.seq < t.seq and (e.execute_at <= now() or e.attempt > 0))))
          order by t.execute_at, t.seq limit ${LOOKED_AT})
        union all
        (select t.id, t.execute_at, t.seq from ${tasks} t
          where t.cluster_id = room.id and ${orphaned}
          order by t.execute_at, t.seq limit ${LOOKED_AT})
      ) n where room.running < ${perClusterMax}::int
    )
    select t.id from next join ${tasks} t on t.id = next.id join ${deployments} d on d.id = t.deployment_id
    where (${waits}) or (${orphaned})
    order by next.running, next.execute_at, next.seq
    limit 1
    for update of t skip locked for no key update of d skip locked)`;
}

/** A task that its owner still holds, and whether somebody asked for its end. */
export interface HeldTask extends TaskOwnership {
  readonly cancelRequested: boolean;
}

/** Renews the lease of every task of an agent, in one statement, and says which it still holds. */
export async function renewTaskLeases(
  db: Queryable,
  { owner, leaseMs }: { readonly owner: string; readonly leaseMs: number },
): Promise<HeldTask[]> {
  const rows = await db
    .update(tasks)
    .set({ leaseExpiresAt: leaseEnd(leaseMs) })
    .where(and(eq(tasks.leaseOwner, owner), eq(tasks.status, "Started")))
    .returning({ id: tasks.id, fence: tasks.fence, cancelRequestedAt: tasks.cancelRequestedAt });
  return rows.map(({ id, fence, cancelRequestedAt }) => ({
    id,
    fence: fence ?? 0,
    cancelRequested: cancelRequestedAt !== null,
  }));
}

/** Ends a task. `false`: it is no longer this owner's. */
export async function endOwnedTask(
  db: Queryable,
  owner: TaskOwnership,
  end: {
    readonly status: Exclude<DeploymentTaskStatus, "Pending" | "Started">;
    readonly reason: string | null;
  },
): Promise<boolean> {
  const rows = await db
    .update(tasks)
    .set({ ...end, finishedAt: sql`now()`, leaseOwner: null, leaseExpiresAt: null })
    .where(owned(owner))
    .returning({ id: tasks.id });
  return rows.length > 0;
}

/** Calls off the Upgrade that waits right behind a task of the same deployment, if there is one. */
export async function cancelWaitingUpgradeAfter(
  db: Queryable,
  { id, deploymentId }: Pick<DeploymentTask, "id" | "deploymentId">,
  reason: string,
): Promise<void> {
  const next = sql`(
    select n.id from ${tasks} n
    where n.deployment_id = ${deploymentId} and n.seq > (select t.seq from ${tasks} t where t.id = ${id})
      and n.status in ('Pending', 'Started')
    order by n.seq limit 1)`;
  await db
    .update(tasks)
    .set({ status: "Canceled", reason, finishedAt: sql`now()` })
    .where(
      and(
        sql`${tasks.id} = ${next}`,
        eq(tasks.status, "Pending"),
        sql`${tasks.operation}->>'kind' = 'Upgrade'`,
      ),
    );
}

/**
 * Puts a task back to wait, with facts for whoever comes next in its progress. `false`: it is no longer this owner's.
 */
export async function requeueOwnedTask(
  db: Queryable,
  owner: TaskOwnership,
  wait: { readonly delayMs: number; readonly reason: string; readonly progress: JsonObject },
): Promise<boolean> {
  const rows = await db
    .update(tasks)
    .set({
      status: "Pending",
      reason: wait.reason,
      executeAt: leaseEnd(wait.delayMs),
      progress: sql`${tasks.progress} || ${JSON.stringify(wait.progress)}::text::jsonb`,
      leaseOwner: null,
      leaseExpiresAt: null,
    })
    .where(owned(owner))
    .returning({ id: tasks.id });
  return rows.length > 0;
}

/** Adds to what a run has recorded. `false`: the task is no longer this owner's. */
export async function recordTaskProgress(
  db: Queryable,
  owner: TaskOwnership,
  facts: JsonObject,
): Promise<boolean> {
  const rows = await db
    .update(tasks)
    .set({ progress: sql`${tasks.progress} || ${JSON.stringify(facts)}::text::jsonb` })
    .where(owned(owner))
    .returning({ id: tasks.id });
  return rows.length > 0;
}

/** Adds a piece to a task's log, numbered after the last one. `false`: the task is no longer this owner's. */
export async function appendOwnedTaskLog(
  db: Queryable,
  owner: TaskOwnership,
  text: string,
): Promise<boolean> {
  const rows = await db.execute(
    sql`insert into ${taskLogs} (task_id, seq, text)
      select ${tasks.id}, coalesce((select max(l.seq) from ${taskLogs} l where l.task_id = ${owner.id}), 0) + 1, ${text}
      from ${tasks} where ${owned(owner)}
      returning seq`,
    "objects",
  );
  return rows.length > 0;
}

/**
 * In how many ms the next task of an agent's clusters is due, or its lease runs out, by the database's clock; nothing
 * when none waits for a time.
 */
export async function nextTaskDueInMs(db: Queryable, owner: string): Promise<number | undefined> {
  const rows = await db.execute<{ ms: number | null }>(
    sql`select ceil(extract(epoch from min(w.at) - now()) * 1000)::float8 as ms from (
      select case when t.status = 'Pending' then t.execute_at else t.lease_expires_at end as at
      from ${tasks} t join ${k8sClusters} c on c.id = t.cluster_id
      where c.lease_owner = ${owner} and t.status in ('Pending', 'Started')) w
      where w.at > now()`,
    "objects",
  );
  return rows[0]?.ms ?? undefined;
}

const leaseEnd = (ms: number) => sql`now() + make_interval(secs => ${ms / 1000}::double precision)`;
