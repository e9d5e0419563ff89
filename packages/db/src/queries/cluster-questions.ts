import type { ClusterId, ClusterQuestion, ClusterQuestionId } from "@platz/domain";
import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import type { Database, Queryable } from "../open-database.ts";
import { clusterQuestions as questions } from "../schema/index.ts";

/** A question that an agent has taken. */
export interface TakenQuestion {
  readonly id: ClusterQuestionId;
  readonly clusterId: ClusterId;
  readonly question: ClusterQuestion;
}

/**
 * Asks, and hints at it. Nothing when as many as that wait for the cluster already. Those for whose answers nobody waits
 * any more are forgotten.
 */
export async function insertClusterQuestion(
  db: Queryable & Pick<Database, "transaction">,
  { waitMs, waitingMax, ...asked }: Omit<TakenQuestion, "id"> & { waitMs: number; waitingMax: number },
): Promise<ClusterQuestionId | undefined> {
  await db.delete(questions).where(lte(questions.expiresAt, sql`now()`));
  const row = await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.clusterQuestions})`);
    const waiting = await tx.$count(questions, eq(questions.clusterId, asked.clusterId));
    if (waiting >= waitingMax) return undefined;
    const expiresAt = sql`now() + make_interval(secs => ${waitMs / 1000})`;
    const [made] = await tx
      .insert(questions)
      .values({ ...asked, expiresAt })
      .returning({ id: questions.id });
    return made;
  });
  if (row === undefined) return undefined;
  const hint = JSON.stringify({ table: "cluster_questions", operation: "INSERT", id: row.id });
  await db.execute(sql`select pg_notify('platz_changes', ${hint})`);
  return row.id;
}

const isOpen = and(isNull(questions.takenAt), gt(questions.expiresAt, sql`now()`));

/** Of these clusters, those of which something is asked. */
export async function listAskedClusters(
  db: Queryable,
  clusterIds: readonly ClusterId[],
): Promise<ClusterId[]> {
  if (clusterIds.length === 0) return [];
  const rows = await db
    .selectDistinct({ id: questions.clusterId })
    .from(questions)
    .where(and(isOpen, inArray(questions.clusterId, [...clusterIds])));
  return rows.map(({ id }) => id);
}

/** Takes questions for these clusters, the oldest first; of several callers, one gets each. */
export async function takeClusterQuestions(
  db: Queryable,
  clusterIds: readonly ClusterId[],
  limit: number,
): Promise<TakenQuestion[]> {
  if (clusterIds.length === 0 || limit <= 0) return [];
  const open = db
    .select({ id: questions.id })
    .from(questions)
    .where(and(isOpen, inArray(questions.clusterId, [...clusterIds])))
    .orderBy(asc(questions.createdAt))
    .limit(limit)
    .for("update", { skipLocked: true });
  return await db
    .update(questions)
    .set({ takenAt: sql`now()` })
    // As an array, for which they are looked for once, however the rest is planned.
    .where(sql`${questions.id} = any(array${open})`)
    .returning({ id: questions.id, clusterId: questions.clusterId, question: questions.question });
}

export async function saveClusterAnswer(db: Queryable, id: ClusterQuestionId, answer: string): Promise<void> {
  await db.update(questions).set({ answer }).where(eq(questions.id, id));
}

/** Takes an answer out of the database, once it is there. */
export async function takeClusterAnswer(db: Queryable, id: ClusterQuestionId): Promise<string | undefined> {
  const [row] = await db
    .delete(questions)
    .where(and(eq(questions.id, id), isNotNull(questions.answer)))
    .returning({ answer: questions.answer });
  return row?.answer ?? undefined;
}

/** Nobody waits any more. `taken`: whether an agent was about to answer. */
export async function withdrawClusterQuestion(
  db: Queryable,
  id: ClusterQuestionId,
): Promise<{ readonly taken: boolean }> {
  const [row] = await db
    .delete(questions)
    .where(eq(questions.id, id))
    .returning({ takenAt: questions.takenAt });
  return { taken: row !== undefined && row.takenAt !== null };
}
