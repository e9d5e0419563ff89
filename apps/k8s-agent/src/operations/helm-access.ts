import type { AccountToken, ClusterClient } from "@platz/kubernetes";
import type { RunContext } from "./operation-runner.ts";

/** For how much longer than its task a token is good: what is being stopped is to be stopped in good order. */
const SPARE_MS = 10 * 60_000;
/** Between the end of Helm and the end of its token. */
const MARGIN_MS = 60_000;

/** How Helm reaches a cluster. */
export interface HelmAccess {
  /** The cluster as the account of the deployment. */
  readonly connection: ClusterClient["connection"];
  /** What must appear in no log of a run. */
  readonly secrets: readonly string[];
  /** Set where the cluster gives tokens that do not last for the whole task: why Helm has to end earlier, and when. */
  readonly limit?: { readonly afterMs: number; readonly reason: string };
}

/** How Helm reaches this cluster, for one run: as the account of the deployment, by a token that ends with the task. */
export async function helmAccess(
  { identities, task, timeoutMs, signal }: Pick<RunContext, "identities" | "task" | "timeoutMs" | "signal">,
  cluster: ClusterClient,
): Promise<HelmAccess> {
  const lifeMs = timeoutMs + SPARE_MS;
  const identity = await identities.access(cluster, task.deploymentId, { lifeMs, signal });
  const limit = limitOf(identity, timeoutMs);
  return {
    connection: identity.connection,
    secrets: [identity.token],
    ...(limit === undefined ? {} : { limit }),
  };
}

function limitOf({ expiresAt }: AccountToken, timeoutMs: number): HelmAccess["limit"] {
  const goodMs = expiresAt.getTime() - Date.now();
  const afterMs = Math.max(0, goodMs - MARGIN_MS);
  if (afterMs >= timeoutMs) return undefined;
  const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;
  return {
    afterMs,
    reason:
      `Helm was stopped after ${minutes(afterMs)} of the ${minutes(timeoutMs)} that it may take: ` +
      `the cluster gives tokens of ${minutes(goodMs)} at most (--service-account-max-token-expiration of its API server).`,
  };
}
