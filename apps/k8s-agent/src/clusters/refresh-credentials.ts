import type { ClusterId, DeploymentId } from "@platz/domain";
import { type ClusterClient, describeKubernetesError } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";
import { forEachEnabled } from "./enabled-deployments.ts";

export interface CredentialsOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly clusterId: ClusterId;
  readonly client: ClusterClient;
  credentials(id: DeploymentId): Promise<Record<string, string>>;
}

/**
 * Writes fresh credentials for every enabled deployment of a cluster whose namespace is there and its own (workers spec
 * 3.10). One that cannot be written is told and stops no other (W12). Says how many were written.
 */
export async function refreshCredentials(options: CredentialsOptions, signal: AbortSignal): Promise<number> {
  const { db, clusterId } = options;
  return await forEachEnabled({ db, clusterId, signal }, (each) => refreshOne(options, each, signal));
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
