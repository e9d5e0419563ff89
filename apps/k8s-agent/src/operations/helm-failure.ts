import { NothingChanged, OperationFailed } from "@platz/domain";
import { type HelmResult, hasLostCluster, isUnreachable } from "@platz/helm";

/** Says what a Helm run that ended badly means for its task: stopped by us, nothing known, or the work failed. */
export function failHelm(result: HelmResult, signal: AbortSignal): never {
  if (result.cancelled) signal.throwIfAborted();
  const failure = result.failure ?? "Helm ended without a word.";
  if (isUnreachable(failure)) throw new NothingChanged(`Helm could not reach the cluster: ${failure}`);
  if (hasLostCluster(failure)) throw new NothingChanged(`Helm lost the cluster: ${failure}`);
  throw new OperationFailed(failure);
}
