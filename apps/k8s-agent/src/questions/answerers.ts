import {
  type ClusterAnswer,
  type ClusterQuestionKind,
  type ClusterQuestionOf,
  POD_LOG_BYTES_MAX,
  PreconditionFailed,
} from "@platz/domain";
import { type ClusterClient, isNotFound } from "@platz/kubernetes";
import { releaseDiff } from "./release-diff.ts";
import { releaseRights } from "./release-rights.ts";
import { render } from "./render.ts";
import type { Rendering } from "./render-chart.ts";

/** Where a question is answered. */
export interface QuestionContext {
  readonly cluster: ClusterClient;
  readonly signal: AbortSignal;
  readonly rendering: Rendering;
}

type Answerers = {
  readonly [Kind in ClusterQuestionKind]: (
    question: ClusterQuestionOf<Kind>,
    context: QuestionContext,
  ) => Promise<ClusterAnswer<Kind>>;
};

const answerers: Answerers = {
  Pods: ({ namespace }, { cluster, signal }) => cluster.listPods(namespace, signal),
  async PodLog(question, { cluster, signal }) {
    try {
      return await cluster.readPodLogTail({ ...question, bytesMax: POD_LOG_BYTES_MAX }, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw new PreconditionFailed(`There is no pod ${question.pod} any more: it was replaced or deleted.`);
    }
  },
  ReleaseDiff: releaseDiff,
  ReleaseRights: releaseRights,
  Render: render,
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
