import {
  insertClusterQuestion,
  takeClusterAnswer,
  withdrawClusterQuestion,
} from "@platz/db/queries/cluster-questions";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import {
  type ClusterAnswer,
  type ClusterAnswerSchemas,
  type ClusterId,
  type ClusterQuestionId,
  type ClusterQuestionKind,
  type ClusterQuestionOf,
  clusterAnswers,
  PreconditionFailed,
  Unavailable,
} from "@platz/domain";
import { asSealed } from "@platz/sealing";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { answerPlace } from "./answer.ts";

const WAIT_MS = 20_000;
/** Questions that wait for one cluster, whoever asks them. */
const WAITING_MAX = 50;

const Problem = z.object({ problem: z.string(), isLasting: z.boolean() });

/** What the agent wrote, of one kind or the other. */
const Reply = z.union([Problem, z.object({ answer: z.unknown() })]);

interface Asked<Kind extends ClusterQuestionKind> {
  readonly clusterId: ClusterId;
  readonly question: ClusterQuestionOf<Kind>;
  /** How long somebody waits for the answer. */
  readonly waitMs?: number;
}

/**
 * Asks a cluster through the agent that holds it, and waits for the answer. Call it outside of transactions, for callers
 * who may know. Throws `Unavailable` when nobody answers in time, and what the agent says stands in the way.
 */
export async function askCluster<Kind extends ClusterQuestionKind>(
  context: ServiceContext,
  { clusterId, question, waitMs = WAIT_MS }: Asked<Kind>,
): Promise<ClusterAnswer<Kind>> {
  const { db, keyring } = context;
  const name = await usableCluster(context, clusterId);
  const id = await insertClusterQuestion(db, { clusterId, question, waitMs, waitingMax: WAITING_MAX });
  if (id === undefined) {
    throw new Unavailable(`Too many wait for an answer of the cluster ${name}: try again in a moment.`);
  }
  const sealed = await answerOf(context, id, waitMs);
  if (sealed === undefined) {
    const { taken } = await withdrawClusterQuestion(db, id);
    throw new Unavailable(
      taken ? `The cluster ${name} did not answer in time.` : `No agent answers for the cluster ${name} now.`,
    );
  }
  const reply = Reply.parse(JSON.parse(await keyring.open(asSealed(sealed), answerPlace(id))));
  if ("answer" in reply) {
    const schema: ClusterAnswerSchemas[Kind] = clusterAnswers[question.kind];
    return schema.parse(reply.answer);
  }
  throw reply.isLasting ? new PreconditionFailed(reply.problem) : new Unavailable(reply.problem);
}

async function usableCluster({ db }: ServiceContext, id: ClusterId): Promise<string> {
  const cluster = await findK8sCluster(db, id, "all");
  if (cluster === undefined || cluster.ignore) throw new PreconditionFailed("The cluster is not in use.");
  if (cluster.isOk) return cluster.name;
  throw new Unavailable(
    `The cluster ${cluster.name} cannot be used now: ${cluster.notOkReason ?? "no reason"}`,
  );
}

/** Looks for the answer ever less often: most come at once. */
async function answerOf({ db }: ServiceContext, id: ClusterQuestionId, waitMs: number) {
  const until = performance.now() + waitMs;
  for (let pauseMs = 20; performance.now() < until; pauseMs = Math.min(pauseMs * 1.3, 500)) {
    const sealed = await takeClusterAnswer(db, id);
    if (sealed !== undefined) return sealed;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return await takeClusterAnswer(db, id);
}
