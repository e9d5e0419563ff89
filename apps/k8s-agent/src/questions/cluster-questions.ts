import {
  listAskedClusters,
  type TakenQuestion,
  takeClusterQuestions,
} from "@platz/db/queries/cluster-questions";
import {
  type ClusterId,
  type ClusterQuestion,
  NotFound,
  NothingChanged,
  OperationFailed,
  PreconditionFailed,
} from "@platz/domain";
import {
  type ClusterClient,
  describeKubernetesError,
  isUnreachable,
  KubernetesError,
} from "@platz/kubernetes";
import { answerClusterQuestion, type ClusterReply, type ServiceDependencies } from "@platz/services";
import { backoff, done, every, KeyedQueue, type Outcome } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";
import { answerTo } from "./answerers.ts";
import type { Rendering } from "./render-chart.ts";

export interface ClusterQuestionsOptions extends Pick<ServiceDependencies, "db" | "keyring"> {
  readonly log: EngineLog;
  /** The clusters that are ours to ask. */
  clusters(): readonly ClusterId[];
  /** Throws `NothingChanged` for a cluster that is not connected now. */
  cluster(id: ClusterId): ClusterClient;
  /** How often questions are looked for when nothing hints at them. */
  readonly pollMs: number;
  /** How long a cluster may take to answer. */
  readonly timeoutMs: number;
  readonly rendering: Rendering;
}

/** Questions that one cluster is asked at once, so that one that hangs takes no place of another's. */
const PER_CLUSTER_MAX = 4;
const TAKEN_AT_ONCE_MAX = 32;

/**
 * Answers what is asked of the clusters of this agent by those who cannot reach them (logs, events), while somebody
 * waits. Each question is answered once, by one agent, in bounded time.
 */
export class ClusterQuestions implements AsyncDisposable {
  readonly #options: ClusterQuestionsOptions;
  readonly #sweeps: KeyedQueue<"all">;
  readonly #poll: Disposable;
  readonly #stop = new AbortController();
  readonly #running = new Map<TakenQuestion, Promise<void>>();

  constructor(options: ClusterQuestionsOptions) {
    this.#options = options;
    this.#sweeps = new KeyedQueue(
      { name: "cluster-questions", reconcile: () => this.#takeAll() },
      {
        concurrency: 1,
        backoffMs: (failures) => backoff(failures, { firstMs: 100, maxMs: 5_000 }),
        onError: (_, error) => options.log.error({ err: error }, "questions cannot be looked for"),
      },
    );
    this.#poll = every(
      options.pollMs,
      () => this.wake(),
      () => {},
    );
  }

  /** Somebody may have asked something. */
  wake(): void {
    this.#sweeps.add("all");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#poll[Symbol.dispose]();
    await this.#sweeps[Symbol.asyncDispose]();
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  async #takeAll(): Promise<Outcome> {
    const { db, clusters } = this.#options;
    const asked = [...this.#running.keys()].map(({ clusterId }) => clusterId);
    const places = (id: ClusterId) => PER_CLUSTER_MAX - asked.filter((other) => other === id).length;
    for (const id of await listAskedClusters(db, clusters())) {
      const room = Math.min(places(id), TAKEN_AT_ONCE_MAX - this.#running.size);
      for (const taken of await takeClusterQuestions(db, [id], room)) this.#begin(taken);
    }
    return done;
  }

  #begin(taken: TakenQuestion): void {
    const ended = this.#answer(taken).finally(() => {
      this.#running.delete(taken);
      this.wake();
    });
    this.#running.set(taken, ended);
  }

  async #answer(taken: TakenQuestion): Promise<void> {
    const { log } = this.#options;
    try {
      await answerClusterQuestion(this.#options, taken, await this.#replyTo(taken));
    } catch (error) {
      log.error({ err: error, kind: taken.question.kind }, "an answer could not be given");
    }
  }

  async #replyTo({ clusterId, question }: TakenQuestion): Promise<ClusterReply> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    try {
      const cluster = this.#options.cluster(clusterId);
      await requireOwnNamespace(cluster, question, signal);
      return { answer: await answerTo(question, { cluster, signal, rendering: this.#options.rendering }) };
    } catch (error) {
      if (signal.aborted) return { problem: "The cluster did not answer in time.", isLasting: false };
      return this.#problemOf(error);
    }
  }

  #problemOf(error: unknown): ClusterReply {
    if (error instanceof OperationFailed || error instanceof NotFound)
      return { problem: error.message, isLasting: true };
    if (error instanceof PreconditionFailed) return { problem: error.message, isLasting: true };
    if (error instanceof NothingChanged) return { problem: error.message, isLasting: false };
    if (!(error instanceof KubernetesError))
      this.#options.log.error({ err: error }, "a question has no answer");
    const isLasting = error instanceof KubernetesError && !isUnreachable(error) && error.code < 500;
    return { problem: describeKubernetesError(error), isLasting };
  }
}

/** A namespace of that name may be anybody's: nothing is told of one that is not the deployment's own. */
async function requireOwnNamespace(
  cluster: ClusterClient,
  question: ClusterQuestion,
  signal: AbortSignal,
): Promise<void> {
  if (!("namespace" in question)) return;
  const { namespace, deploymentId } = question;
  const found = await cluster.getNamespace(namespace, signal);
  if (found === null) {
    throw new PreconditionFailed("The deployment has no namespace on its cluster: it is not installed.");
  }
  if (found.deploymentId !== deploymentId) {
    throw new PreconditionFailed(`The namespace ${namespace} on the cluster is not this deployment's.`);
  }
}
