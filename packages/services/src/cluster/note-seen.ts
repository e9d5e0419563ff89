import { type SeenCluster, upsertSeenCluster } from "@platz/db/queries/k8s-cluster-agent";
import type { ClusterId } from "@platz/domain";
import { platzItself } from "../audit/actor-fields.ts";
import { recordChange } from "../audit/record-change.ts";
import type { ServiceDatabase } from "../context.ts";

/** Makes a cluster known that a provider has named, or says that it was seen again. A new one is in the audit log. */
export async function noteSeenCluster(db: ServiceDatabase, seen: SeenCluster): Promise<ClusterId> {
  return await db.transaction(async (db) => {
    const { id, isNew } = await upsertSeenCluster(db, seen);
    if (isNew) {
      const agent = platzItself(db, "Platz (agent)", "agent.discover");
      await recordChange(agent, { entity: "k8s_clusters", id, envId: null, label: seen.name, after: seen });
    }
    return id;
  });
}
