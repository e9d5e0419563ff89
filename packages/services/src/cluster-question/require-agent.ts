import { findClusterHealth } from "@platz/db/queries/k8s-clusters";
import { type ClusterId, Unavailable } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Refuses to ask a cluster for which no agent works now, so that nobody waits for one that is not there. */
export async function requireAgent({ db, now }: ServiceContext, id: ClusterId): Promise<void> {
  const health = await findClusterHealth(db, id);
  const until = health?.leaseExpiresAt ?? null;
  if (until !== null && until > now()) return;
  throw new Unavailable(`No agent works for the cluster ${health?.name ?? id} now.`);
}
