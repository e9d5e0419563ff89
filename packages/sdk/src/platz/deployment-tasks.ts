import type { Json, JsonObject } from "./json.ts";
import type { CallOptions, Get, Listed, OneOf, TimeRange } from "./lists.ts";

export type DeploymentTaskStatus = "Pending" | "Started" | "Failed" | "Canceled" | "Done";

/** What a task does, without what was filled in. */
export type OperationSummary =
  | { readonly kind: "Install"; readonly helmChartId: string }
  | { readonly kind: "Upgrade"; readonly helmChartId: string; readonly prevHelmChartId: string | null }
  | {
      readonly kind: "Rollback";
      readonly helmChartId: string;
      readonly prevHelmChartId: string | null;
      /** The task whose chart and inputs it brings back. */
      readonly toTaskId: string;
    }
  | { readonly kind: "Reinstall"; readonly reason: string }
  | {
      readonly kind: "Recreate";
      readonly oldClusterId: string;
      readonly oldNamespace: string;
      readonly newClusterId: string;
      readonly newNamespace: string;
    }
  | { readonly kind: "Uninstall" }
  | { readonly kind: "InvokeAction"; readonly helmChartId: string; readonly actionId: string }
  | { readonly kind: "RestartK8sResource"; readonly resourceId: string; readonly resourceName: string };

type SummaryOf<Kind extends OperationSummary["kind"]> = Extract<OperationSummary, { readonly kind: Kind }>;

/** What a task does. */
export type Operation =
  | (SummaryOf<"Install"> & { readonly configInputs: JsonObject; readonly valuesOverride: JsonObject })
  | (SummaryOf<"Upgrade" | "Rollback"> & {
      readonly configInputs: JsonObject;
      /** By dotted path: what was, and what is. */
      readonly configDelta: { readonly [path: string]: readonly [Json, Json] } | null;
      readonly valuesOverride: JsonObject;
    })
  | (SummaryOf<"InvokeAction"> & { readonly body: Json })
  | SummaryOf<"Reinstall" | "Recreate" | "Uninstall" | "RestartK8sResource">;

/** One thing that was asked of a deployment, as lists show it. */
export interface DeploymentTaskSummary {
  readonly id: string;
  readonly createdAt: string;
  readonly executeAt: string;
  readonly firstAttemptedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly clusterId: string | null;
  readonly deploymentId: string;
  /** The namespace that the task was asked for, as it was then. */
  readonly namespace: string;
  readonly actingUserId: string | null;
  readonly actingBotId: string | null;
  readonly actingDeploymentId: string | null;
  /** Who asked, in words, kept when the actor is gone. */
  readonly actorLabel: string;
  readonly canceledByUserId: string | null;
  readonly canceledByBotId: string | null;
  readonly canceledByDeploymentId: string | null;
  readonly cancelRequestedAt: string | null;
  readonly operation: OperationSummary;
  readonly status: DeploymentTaskStatus;
  /** How it ended, or why it is not running now. */
  readonly reason: string | null;
  readonly attempt: number;
}

export interface DeploymentTask extends DeploymentTaskSummary {
  readonly operation: Operation;
  readonly waitingFor: string | null;
  /** Whether inputs are left out because the caller may not see them. */
  readonly inputsAreHidden: boolean;
}

export interface DeploymentTaskFilters {
  clusterId?: OneOf<string> | null | undefined;
  deploymentId?: OneOf<string> | undefined;
  envId?: OneOf<string> | undefined;
  status?: OneOf<DeploymentTaskStatus> | undefined;
  actingUserId?: OneOf<string> | null | undefined;
  createdAt?: TimeRange | undefined;
  executeAt?: TimeRange | undefined;
  activeOnly?: boolean | undefined;
  /** Also those that are to run later; `true` unless told. */
  showFuture?: boolean | undefined;
}

/** The tasks that can be asked for directly; the others follow from a change of the deployment. */
export type RequestedOperation =
  | { kind: "InvokeAction"; actionId: string; body?: Json | undefined }
  | { kind: "RestartK8sResource"; resourceId: string }
  | { kind: "Reinstall"; reason: string };

export interface NewDeploymentTask {
  deploymentId: string;
  operation: RequestedOperation;
  /** Not before this time (RFC 3339). */
  executeAt?: string | Date | undefined;
}

/** A piece of a task's log. `seq` grows by one within a task. */
export interface TaskLogChunk {
  readonly seq: number;
  readonly createdAt: string;
  readonly text: string;
}

/** A part of a task's log. */
export interface TaskLog {
  readonly chunks: readonly TaskLogChunk[];
  /** Where to go on from. */
  readonly afterSeq: number;
  /** Whether the task has ended, and this is its end. */
  readonly isComplete: boolean;
  /** Why the caller is shown nothing of it; `null` for whoever may read it. */
  readonly hidden: string | null;
}

export interface TaskLogRequest {
  id: string;
  /** The last piece that the reader has; -1 for the beginning. */
  afterSeq?: number | undefined;
  limit?: number | undefined;
}

export interface DeploymentTasks
  extends Listed<DeploymentTaskSummary, DeploymentTaskFilters, "executeAt" | "createdAt"> {
  readonly get: Get<DeploymentTask>;
  readonly log: (request: TaskLogRequest, options?: CallOptions) => Promise<TaskLog>;
  readonly request: (input: NewDeploymentTask, options?: CallOptions) => Promise<DeploymentTask>;
  readonly cancel: (
    input: { id: string; reason?: string | undefined },
    options?: CallOptions,
  ) => Promise<DeploymentTask>;
}
