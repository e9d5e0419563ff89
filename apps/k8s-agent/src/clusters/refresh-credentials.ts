import { listEnabledDeployments } from "@platz/db/queries/k8s-cluster-agent";
import type { ClusterId, DeploymentId } from "@platz/domain";
import { type ClusterClient, describeKubernetesError } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";

export interface CredentialsOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly clusterId: ClusterId;
  readonly client: ClusterClient;
  credentials(id: DeploymentId): Promise<Record<string, string>>;
}

const PAGE = 100;
const AT_ONCE = 10;

/**
 * Writes fresh credentials for every enabled deployment of a cluster whose namespace is there and its own (workers spec
 * 3.10). One that cannot be written is told and stops no other (W12). Says how many were written.
 */
export async function refreshCredentials(options: CredentialsOptions, signal: AbortSignal): Promise<number> {
  const { db, clusterId } = options;
  let after: DeploymentId | null = null;
  let written = 0;
  for (;;) {
    const page: Awaited<ReturnType<typeof listEnabledDeployments>> = await listEnabledDeployments(db, {
      clusterId,
      after,
      limit: PAGE,
    });
    for (let start = 0; start < page.length && !signal.aborted; start += AT_ONCE) {
      const some = page.slice(start, start + AT_ONCE).map((each) => refreshOne(options, each, signal));
      written += (await Promise.all(some)).filter(Boolean).length;
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || signal.aborted) return written;
    after = last.id;
  }
}

async function refreshOne(
  { client, credentials, log }: CredentialsOptions,
  { id, namespace }: { readonly id: DeploymentId; readonly namespace: string },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const found = await client.getNamespace(namespace, signal);
    if (found?.deploymentId !== id || found.phase === "Terminating") return false;
    await client.applySecret({ namespace, name: "platz-creds", data: await credentials(id) }, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    const reason = describeKubernetesError(error);
    log.warn(
      { err: error, deployment: id, reason },
      "the credentials of a deployment could not be refreshed",
    );
    return false;
  }
}
