import { listHeldDeployments } from "@platz/db/queries/k8s-cluster-agent";
import type { ClusterId, DeploymentId } from "@platz/domain";
import type { ClusterClient } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";

export interface CredentialsOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly owner: string;
  cluster(id: ClusterId): ClusterClient;
  credentials(id: DeploymentId): Promise<Record<string, string>>;
}

const PAGE = 100;
const AT_ONCE = 10;

/**
 * Writes fresh credentials for every enabled deployment of this agent's clusters whose namespace is there and its own
 * (workers spec 3.10). One that cannot be written is told and stops no other (W12).
 */
export async function refreshCredentials(options: CredentialsOptions): Promise<void> {
  let after: DeploymentId | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof listHeldDeployments>> = await listHeldDeployments(options.db, {
      owner: options.owner,
      after,
      limit: PAGE,
    });
    for (let start = 0; start < page.length; start += AT_ONCE) {
      await Promise.all(page.slice(start, start + AT_ONCE).map((each) => refreshOne(options, each)));
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return;
    after = last.id;
  }
}

async function refreshOne(
  { cluster, credentials, log }: CredentialsOptions,
  { id, clusterId, namespace }: { id: DeploymentId; clusterId: ClusterId; namespace: string },
): Promise<void> {
  try {
    const client = cluster(clusterId);
    const found = await client.getNamespace(namespace);
    if (found?.deploymentId !== id || found.phase === "Terminating") return;
    await client.applySecret({ namespace, name: "platz-creds", data: await credentials(id) });
  } catch (error) {
    log.warn({ err: error, deployment: id }, "the credentials of a deployment could not be refreshed yet");
  }
}
