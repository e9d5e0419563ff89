import type { ClusterHealth } from "@platz/db/queries/k8s-clusters";
import type { DeploymentTask } from "@platz/domain";
import { instantText as at } from "../instant-text.ts";

/** What is known of a task that decides why it does not run. */
export interface WaitingFacts {
  readonly task: Pick<DeploymentTask, "status" | "executeAt" | "attempt" | "reason" | "cancelRequestedAt">;
  /** The unfinished task of the same deployment just before it. */
  readonly ahead: Pick<DeploymentTask, "operation" | "status" | "actorLabel" | "createdAt"> | undefined;
  readonly cluster: ClusterHealth | undefined;
  readonly now: Date;
}

/** Why a task waits, in one sentence: behind what, for what, until when. `null` for one that runs or has ended. */
export function waitingFor(facts: WaitingFacts): string | null {
  const { task, ahead, cluster, now } = facts;
  if (task.status !== "Pending") return null;
  if (ahead) {
    const state = ahead.status === "Started" ? "is running" : "is waiting itself";
    return `It waits for the ${ahead.operation.kind} that ${ahead.actorLabel} asked for at ${at(ahead.createdAt)}, which ${state}.`;
  }
  return (
    waitingForCluster(cluster, now) ??
    waitingForTime(task, now) ??
    "It is next and starts as soon as an agent has room."
  );
}

function waitingForCluster(cluster: ClusterHealth | undefined, now: Date): string | undefined {
  if (!cluster) return "Its cluster is gone: cancel it.";
  const { name, notOkSince, notOkReason, nextTryAt } = cluster;
  if (cluster.ignore) return `It waits until a site admin puts the cluster ${name} to use.`;
  if (!cluster.isOk) {
    const since = notOkSince ? ` since ${at(notOkSince)}` : "";
    const reason = notOkReason ? ` (${notOkReason})` : "";
    const next = nextTryAt && nextTryAt > now ? `; it is tried again at ${at(nextTryAt)}` : "";
    return `The cluster ${name} cannot be reached${since}${reason}${next}.`;
  }
  if (!cluster.leaseExpiresAt || cluster.leaseExpiresAt <= now) {
    return `No agent works for the cluster ${name} at the moment.`;
  }
  return undefined;
}

function waitingForTime({ executeAt, attempt, reason }: WaitingFacts["task"], now: Date): string | undefined {
  if (executeAt <= now) return undefined;
  if (attempt === 0) return `It is planned for ${at(executeAt)}.`;
  return `It is tried again at ${at(executeAt)}${reason ? `: ${reason}` : "."}`;
}
