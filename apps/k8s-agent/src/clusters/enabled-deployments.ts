import { listEnabledDeployments } from "@platz/db/queries/k8s-cluster-agent";
import type { ClusterId, DeploymentId } from "@platz/domain";
import type { ServiceDatabase } from "@platz/services";

const PAGE = 100;
const AT_ONCE = 10;

type EnabledDeployment = Awaited<ReturnType<typeof listEnabledDeployments>>[number];

/** Does something for each enabled deployment of a cluster, some at once. Says for how many it was done. */
export async function forEachEnabled(
  { db, clusterId, signal }: { db: ServiceDatabase; clusterId: ClusterId; signal: AbortSignal },
  work: (deployment: EnabledDeployment) => Promise<boolean>,
): Promise<number> {
  let after: DeploymentId | null = null;
  let done = 0;
  for (;;) {
    const page: EnabledDeployment[] = await listEnabledDeployments(db, { clusterId, after, limit: PAGE });
    for (let start = 0; start < page.length && !signal.aborted; start += AT_ONCE) {
      done += (await Promise.all(page.slice(start, start + AT_ONCE).map(work))).filter(Boolean).length;
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || signal.aborted) return done;
    after = last.id;
  }
}
