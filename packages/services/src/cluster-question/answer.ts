import { saveClusterAnswer, type TakenQuestion } from "@platz/db/queries/cluster-questions";
import type { ClusterAnswer, ClusterQuestionId, ClusterQuestionKind } from "@platz/domain";
import type { ServiceDependencies } from "../context.ts";

/** What an agent says to a question: what was asked for, or why not. */
export type ClusterReply =
  | { readonly answer: ClusterAnswer<ClusterQuestionKind> }
  /** `isLasting`: asking again would be of no use. */
  | { readonly problem: string; readonly isLasting: boolean };

/** Where a sealed answer stands. */
export function answerPlace(id: ClusterQuestionId): string {
  return `cluster_questions/${id}/answer`;
}

/** Gives whoever waits the reply to their question. */
export async function answerClusterQuestion(
  { db, keyring }: Pick<ServiceDependencies, "db" | "keyring">,
  { id }: TakenQuestion,
  reply: ClusterReply,
): Promise<void> {
  await saveClusterAnswer(db, id, await keyring.seal(JSON.stringify(reply), answerPlace(id)));
}
