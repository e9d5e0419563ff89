import { listEnabledDeployments } from "@platz/db/queries/k8s-cluster-agent";
import type { DeploymentId } from "@platz/domain";
import { describeKubernetesError, type Namespace } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";
import type { ClusterRound } from "./cluster-rounds.ts";

const PAGE = 100;
const AT_ONCE = 10;

export type EnabledDeployment = Awaited<ReturnType<typeof listEnabledDeployments>>[number];

export interface EnabledWork extends ClusterRound {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  /** The line of the log for a deployment whose work failed. */
  readonly failure: string;
  work(deployment: EnabledDeployment, namespace: Namespace): Promise<void>;
}

/**
 * Does something for each enabled deployment of a cluster whose namespace is there and its own, some at once. One whose
 * work fails is told and stops no other (W12). Says for how many it was done.
 */
export async function forEachEnabled(all: EnabledWork): Promise<number> {
  const { db, clusterId, signal } = all;
  let after: DeploymentId | null = null;
  let done = 0;
  for (;;) {
    const page: EnabledDeployment[] = await listEnabledDeployments(db, { clusterId, after, limit: PAGE });
    for (let start = 0; start < page.length && !signal.aborted; start += AT_ONCE) {
      const some = page.slice(start, start + AT_ONCE).map((each) => workFor(all, each));
      done += (await Promise.all(some)).filter(Boolean).length;
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || signal.aborted) return done;
    after = last.id;
  }
}

async function workFor(
  { client, log, failure, signal, work }: EnabledWork,
  deployment: EnabledDeployment,
): Promise<boolean> {
  try {
    const found = await client.getNamespace(deployment.namespace, signal);
    if (found?.deploymentId !== deployment.id || found.phase === "Terminating") return false;
    await work(deployment, found);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    log.warn({ err: error, deployment: deployment.id, reason: describeKubernetesError(error) }, failure);
    return false;
  }
}
