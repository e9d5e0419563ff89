import { DomainError, NothingChanged, OperationFailed } from "@platz/domain";
import { describeKubernetesError, isUnreachable, KubernetesError } from "@platz/kubernetes";
import { RegistryError } from "@platz/oci";
import { outageOf, type TaskEnd } from "@platz/services";

/** Why a run was asked to stop. Its message is what the history says. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly why: "canceled" | "timeout" | "stopping" | "lost";

  constructor(why: Interrupted["why"], message: string) {
    super(message);
    this.why = why;
  }
}

/** What the history says of a fault of ours. */
export const INTERNAL_ERROR = "An internal error; the agent's log says more.";

/** What becomes of a task after a run of it. */
export type RunOutcome =
  | { readonly kind: "end"; readonly end: TaskEnd }
  /** Back to the queue; `cause` is for the log alone. */
  | {
      readonly kind: "again";
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    }
  /** The agent is stopping: back to the queue at once, which counts as no failure. */
  | { readonly kind: "hand-over"; readonly reason: string }
  /** Somebody else owns the task now. */
  | { readonly kind: "lost" };

/**
 * The one translator from what a run threw to what becomes of its task. What failed in the work itself ends the task;
 * what changed nothing, or is a fault of ours, is tried again.
 */
export function outcomeOf(error: unknown): RunOutcome {
  if (error instanceof Interrupted) return outcomeOfInterruption(error);
  if (error instanceof OperationFailed || (error instanceof DomainError && error.kind !== "unavailable")) {
    return { kind: "end", end: { status: "Failed", reason: error.message } };
  }
  if (error instanceof NothingChanged) return again(error.message, error.retryAfterMs);
  if (error instanceof DomainError) return again(error.message);
  if (error instanceof KubernetesError) return outcomeOfCluster(error);
  if (error instanceof RegistryError) return outcomeOfRegistry(error);
  if (outageOf(error) !== undefined) return again("The database could not be reached.");
  return { kind: "again", reason: INTERNAL_ERROR, cause: error };
}

function outcomeOfInterruption({ why, message }: Interrupted): RunOutcome {
  if (why === "lost") return { kind: "lost" };
  if (why === "stopping") return { kind: "hand-over", reason: message };
  return { kind: "end", end: { status: why === "canceled" ? "Canceled" : "Failed", reason: message } };
}

function outcomeOfCluster(error: KubernetesError): RunOutcome {
  const reason = describeKubernetesError(error);
  // A token that ran out is renewed by the next connection; a fault of the server's own may pass by itself.
  const mayPass = isUnreachable(error) || error.code === 401 || error.code >= 500;
  if (mayPass) return again(reason, error.retryAfterMs);
  return { kind: "end", end: { status: "Failed", reason } };
}

function outcomeOfRegistry(error: RegistryError): RunOutcome {
  if (error.kind === "unreachable" || error.kind === "rate-limited")
    return again(error.message, error.retryAfterMs);
  return { kind: "end", end: { status: "Failed", reason: error.message } };
}

function again(reason: string, retryAfterMs?: number): RunOutcome {
  return retryAfterMs === undefined ? { kind: "again", reason } : { kind: "again", reason, retryAfterMs };
}
