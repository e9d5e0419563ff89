import type { ClusterId, ClusterQuestion, ClusterQuestionId } from "@platz/domain";
import { sql } from "drizzle-orm";
import { index, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { k8sClusters } from "./k8s-clusters.ts";
import { createdAt, instant, primaryId, table } from "./table.ts";

/** What somebody wants to know of a cluster now. A row goes when it is answered and read, or when nobody waits any more. */
export const clusterQuestions = table(
  "cluster_questions",
  {
    id: primaryId<ClusterQuestionId>(),
    createdAt: createdAt(),
    clusterId: uuid()
      .$type<ClusterId>()
      .notNull()
      .references(() => k8sClusters.id, { onDelete: "cascade" }),
    question: jsonb().$type<ClusterQuestion>().notNull(),
    /** Until then somebody waits for the answer. */
    expiresAt: instant().notNull(),
    /** When an agent took it. */
    takenAt: instant(),
    /** Sealed: what applications write into their logs may be secret. */
    answer: text(),
  },
  (t) => [
    index("cluster_questions__open").on(t.clusterId, t.createdAt).where(sql`${t.takenAt} is null`),
    index().on(t.expiresAt),
  ],
);
