import type { DeploymentId, StatusChange, StatusChangeId } from "@platz/domain";
import { index, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { deployments } from "./deployments.ts";
import { createdAt, primaryId, table } from "./table.ts";

/** When a deployment began to report something else. Bounded for each deployment, in number and in age. */
export const statusChanges = table(
  "status_changes",
  {
    id: primaryId<StatusChangeId>(),
    createdAt: createdAt(),
    deploymentId: uuid()
      .$type<DeploymentId>()
      .notNull()
      .references(() => deployments.id, { onDelete: "cascade" }),
    name: text(),
    color: text(),
    error: text(),
    notices: jsonb().$type<StatusChange["notices"]>().notNull().default([]),
  },
  (t) => [
    index("status_changes__of_deployment").on(t.deploymentId, t.createdAt, t.id),
    index("status_changes__created").on(t.createdAt),
  ],
);
