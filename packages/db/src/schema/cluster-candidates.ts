import type { ClusterId } from "@platz/domain";
import { boolean, index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { k8sClusters } from "./k8s-clusters.ts";
import { instant, table } from "./table.ts";

/** Agents that could hold a cluster: their provider names it. */
export const clusterCandidates = table(
  "cluster_candidates",
  {
    clusterId: uuid()
      .$type<ClusterId>()
      .notNull()
      .references(() => k8sClusters.id, { onDelete: "cascade" }),
    agent: text().notNull(),
    /** Until then the agent is taken to be alive, unless it renews. */
    expiresAt: instant().notNull(),
    /** Whether the cluster answered when this agent last asked it. */
    reaches: boolean().notNull().default(true),
  },
  (t) => [primaryKey({ columns: [t.clusterId, t.agent] }), index().on(t.agent), index().on(t.expiresAt)],
);
