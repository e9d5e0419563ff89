import {
  type ClusterAnswer,
  type ClusterQuestionKind,
  type ClusterQuestionOf,
  POD_LOG_BYTES_MAX,
} from "@platz/domain";
import type { ClusterClient } from "@platz/kubernetes";

/** Where a question is answered. */
export interface QuestionContext {
  readonly cluster: ClusterClient;
  readonly signal: AbortSignal;
}

type Answerers = {
  readonly [Kind in ClusterQuestionKind]: (
    question: ClusterQuestionOf<Kind>,
    context: QuestionContext,
  ) => Promise<ClusterAnswer<Kind>>;
};

const answerers: Answerers = {
  Pods: ({ namespace }, { cluster, signal }) => cluster.listPods(namespace, signal),
  PodLog: (question, { cluster, signal }) =>
    cluster.readPodLogTail({ ...question, bytesMax: POD_LOG_BYTES_MAX }, signal),
  PodEvents: ({ namespace }, { cluster, signal }) => cluster.listEvents(namespace, signal),
};

/** The answer to a question of whatever kind. */
export function answerTo<Kind extends ClusterQuestionKind>(
  question: ClusterQuestionOf<Kind>,
  context: QuestionContext,
): Promise<ClusterAnswer<Kind>> {
  const answerer: Answerers[Kind] = answerers[question.kind];
  return answerer(question, context);
}
