import type {
  ClusterId,
  DeploymentId,
  DeploymentTask,
  DeploymentTaskId,
  DeploymentTaskStatus,
  EnvId,
  Identity,
  OneOf,
  Operation,
  Page,
  Range,
  UserId,
} from "@platz/domain";
import { traceParent } from "@platz/telemetry";
import { and, asc, count, desc, eq, getColumns, gt, inArray, lt, lte, ne, or, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { k8sClusters, deploymentTasks as tasks } from "../schema/index.ts";
import { clustersOf, type EnvScope, inEnvScope, onClusterOf } from "./env-scope.ts";
import { inFirstOfClusters } from "./first-of-clusters.ts";
import { type ListOptions, listOf } from "./list-of.ts";
import { matching, within } from "./matching.ts";

type WithoutInputs<O> = O extends Operation
  ? Omit<O, "configInputs" | "configDelta" | "valuesOverride" | "body">
  : never;

/** A task in a list: its operation without the inputs, which may be large and may hold secrets. */
export type DeploymentTaskSummary = Omit<DeploymentTask, "operation"> & {
  readonly operation: WithoutInputs<Operation>;
};

export interface DeploymentTaskFilter {
  readonly clusterId?: OneOf<ClusterId> | null | undefined;
  readonly deploymentId?: OneOf<DeploymentId> | undefined;
  readonly envId?: OneOf<EnvId> | undefined;
  /** Only tasks that have not ended. */
  readonly activeOnly?: boolean | undefined;
  /** `false` leaves out tasks that are due later than this. */
  readonly dueBy?: Date | undefined;
  readonly status?: OneOf<DeploymentTaskStatus> | undefined;
  readonly actingUserId?: OneOf<UserId> | null | undefined;
  readonly createdAt?: Range<Date> | undefined;
  readonly executeAt?: Range<Date> | undefined;
}

const {
  seq,
  fence: _fence,
  leaseOwner: _owner,
  leaseExpiresAt: _lease,
  progress: _progress,
  traceParent: _trace,
  ...shown
} = getColumns(tasks);
const { operation: _operation, ...light } = shown;
const operationWithoutInputs = sql<
  WithoutInputs<Operation>
>`${tasks.operation} - array['configInputs', 'configDelta', 'valuesOverride', 'body']`;
const ofCluster = eq(k8sClusters.id, tasks.clusterId);

const partOf = listOf("deploymentTasks", {
  sorts: { executeAt: [tasks.executeAt], createdAt: [tasks.createdAt] },
  unique: seq,
});

/** What is due last comes first. */
export async function listDeploymentTasks(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: DeploymentTaskFilter; readonly list: ListOptions<"deploymentTasks"> },
): Promise<Page<DeploymentTaskSummary>> {
  const of = { scope, envId: filter.envId };
  const clusters = clustersOf(of);
  const onCluster = onClusterOf(db, tasks.clusterId, of);
  const where = and(
    matching(tasks.clusterId, filter.clusterId),
    matching(tasks.deploymentId, filter.deploymentId),
    filter.activeOnly ? inArray(tasks.status, ["Pending", "Started"]) : undefined,
    filter.dueBy && lte(tasks.executeAt, filter.dueBy),
    matching(tasks.status, filter.status),
    matching(tasks.actingUserId, filter.actingUserId),
    within(tasks.createdAt, filter.createdAt),
    within(tasks.executeAt, filter.executeAt),
  );
  return await partOf(list, where, {
    rows: (part) => {
      const isShort = filter.deploymentId !== undefined || filter.clusterId !== undefined;
      const found =
        clusters && !isShort
          ? inFirstOfClusters(part, { table: tasks, id: tasks.id, clusterId: tasks.clusterId, clusters })
          : undefined;
      return db
        .select({ ...part.place, ...light, operation: operationWithoutInputs })
        .from(tasks)
        .where(found ?? and(onCluster, part.where))
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(found ? 0 : part.offset);
    },
    total: () => db.select({ n: count() }).from(tasks).where(and(onCluster, where)),
  });
}

export async function findDeploymentTask(
  db: Queryable,
  id: DeploymentTaskId,
  scope: EnvScope,
): Promise<DeploymentTask | undefined> {
  const [row] = await db
    .select(shown)
    .from(tasks)
    .leftJoin(k8sClusters, ofCluster)
    .where(and(eq(tasks.id, id), inEnvScope(k8sClusters.envId, scope)));
  return row;
}

/** The task, held until the transaction ends: no agent claims or ends it meanwhile. */
export async function lockDeploymentTask(
  db: Queryable,
  id: DeploymentTaskId,
): Promise<DeploymentTask | undefined> {
  const [row] = await db.select(shown).from(tasks).where(eq(tasks.id, id)).for("update");
  return row;
}

/** The task that was asked for last. */
export async function findNewestTask(
  db: Queryable,
  deploymentId: DeploymentId,
): Promise<DeploymentTask | undefined> {
  const [row] = await db
    .select(shown)
    .from(tasks)
    .where(eq(tasks.deploymentId, deploymentId))
    .orderBy(desc(seq))
    .limit(1);
  return row;
}

/** Tasks of a deployment that have not ended, in the order in which they run. */
export async function listUnfinishedTasks(
  db: Queryable,
  deploymentId: DeploymentId,
): Promise<DeploymentTask[]> {
  return await db
    .select(shown)
    .from(tasks)
    .where(and(eq(tasks.deploymentId, deploymentId), inArray(tasks.status, ["Pending", "Started"])))
    .orderBy(asc(seq));
}

/** The unfinished task of the same deployment that has to end just before this one may run; none that is planned for later. */
export async function findTaskAhead(
  db: Queryable,
  task: DeploymentTask,
): Promise<DeploymentTask | undefined> {
  const own = db.select({ seq }).from(tasks).where(eq(tasks.id, task.id));
  const [row] = await db
    .select(shown)
    .from(tasks)
    .where(
      and(
        eq(tasks.deploymentId, task.deploymentId),
        inArray(tasks.status, ["Pending", "Started"]),
        ne(tasks.id, task.id),
        or(
          eq(tasks.status, "Started"),
          and(lt(seq, own), or(lte(tasks.executeAt, sql`now()`), gt(tasks.attempt, 0))),
        ),
      ),
    )
    .orderBy(desc(seq))
    .limit(1);
  return row;
}

/** Who acts, as a task's columns say it. */
export interface TaskActor {
  readonly identity: Identity;
  readonly label: string;
}

/** A task to be written; it is due at once unless a time is given. */
export interface NewTask
  extends Pick<DeploymentTask, "clusterId" | "deploymentId" | "namespace" | "operation"> {
  readonly actor: TaskActor;
  readonly executeAt?: Date | undefined;
}

export async function insertTask(db: Queryable, { actor, ...task }: NewTask): Promise<DeploymentTask> {
  const { identity, label } = actor;
  const [row] = await db
    .insert(tasks)
    .values({
      ...task,
      traceParent: traceParent(),
      actorLabel: label,
      actingUserId: identity.kind === "User" ? identity.id : null,
      actingBotId: identity.kind === "Bot" ? identity.id : null,
      actingDeploymentId: identity.kind === "Deployment" ? identity.id : null,
    })
    .returning(shown);
  if (!row) throw new Error("an insert returned no row");
  return row;
}

/** Ends a task that waits. Nothing happens to one that has been claimed or has ended: then `undefined` comes back. */
export async function cancelWaitingTask(
  db: Queryable,
  id: DeploymentTaskId,
  by: { readonly identity: Identity; readonly reason: string },
): Promise<DeploymentTask | undefined> {
  const [row] = await db
    .update(tasks)
    .set({ ...canceller(by.identity), status: "Canceled", finishedAt: sql`now()`, reason: by.reason })
    .where(and(eq(tasks.id, id), eq(tasks.status, "Pending")))
    .returning(shown);
  return row;
}

/** Ends the Upgrades of a deployment that wait. */
export async function cancelWaitingUpgrades(
  db: Queryable,
  id: DeploymentId,
  by: { readonly identity: Identity; readonly reason: string },
): Promise<void> {
  await db
    .update(tasks)
    .set({ ...canceller(by.identity), status: "Canceled", finishedAt: sql`now()`, reason: by.reason })
    .where(
      and(
        eq(tasks.deploymentId, id),
        eq(tasks.status, "Pending"),
        sql`${tasks.operation}->>'kind' = 'Upgrade'`,
      ),
    );
}

/** Asks the agent that runs a task to stop it; the first one to ask is remembered. */
export async function requestTaskCancel(
  db: Queryable,
  id: DeploymentTaskId,
  identity: Identity,
): Promise<DeploymentTask | undefined> {
  const [row] = await db
    .update(tasks)
    .set({ ...canceller(identity), cancelRequestedAt: sql`now()` })
    .where(and(eq(tasks.id, id), eq(tasks.status, "Started"), sql`${tasks.cancelRequestedAt} is null`))
    .returning(shown);
  return row;
}

function canceller(identity: Identity) {
  return {
    canceledByUserId: identity.kind === "User" ? identity.id : null,
    canceledByBotId: identity.kind === "Bot" ? identity.id : null,
    canceledByDeploymentId: identity.kind === "Deployment" ? identity.id : null,
  };
}
