import type { CallOptions } from "./lists.ts";

export interface PodContainer {
  readonly name: string;
  readonly isInit: boolean;
  readonly ready: boolean;
  readonly restarts: number;
  /** What it is doing, or why it is not. */
  readonly state: string;
  /** Whether there is a log of the run before the last restart. */
  readonly hasPrevious: boolean;
}

export interface Pod {
  readonly name: string;
  readonly createdAt: string;
  readonly phase: string;
  readonly nodeName: string | null;
  readonly containers: readonly PodContainer[];
}

/** Something that Kubernetes noted about an object of a deployment. */
export interface PodEvent {
  /** When it last happened. */
  readonly at: string;
  readonly count: number;
  readonly isWarning: boolean;
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
  readonly name: string;
}

export interface PodsRequest {
  deploymentId: string;
}

/** Which lines of which container. */
export interface PodLogRequest extends PodsRequest {
  pod: string;
  /** May be left out of a pod that has but one. */
  container?: string | undefined;
  /** Of the run before the last restart. */
  previous?: boolean | undefined;
  /** The last so many; 500 unless told, 5,000 at most. */
  lines?: number | undefined;
  /** Each line begins with its time. */
  timestamps?: boolean | undefined;
}

/** `isComplete: false`: there is more, which is left out. */
interface Part {
  readonly isComplete: boolean;
}
export interface PodList extends Part {
  readonly pods: readonly Pod[];
}
export interface PodLog extends Part {
  readonly text: string;
}
export interface PodEvents extends Part {
  readonly events: readonly PodEvent[];
}

/** What a deployment's cluster says of its pods at this moment, to those who may change the deployment. */
export interface Pods {
  readonly list: (request: PodsRequest, options?: CallOptions) => Promise<PodList>;
  readonly log: (request: PodLogRequest, options?: CallOptions) => Promise<PodLog>;
  readonly events: (request: PodsRequest, options?: CallOptions) => Promise<PodEvents>;
}
