import {
  type ClusterId,
  type DeploymentId,
  type JsonObject,
  type K8sResourceId,
  type K8sResourceKind,
  k8sResourceKinds,
} from "@platz/domain";
import { index, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { deployments } from "./deployments.ts";
import { k8sClusters } from "./k8s-clusters.ts";
import { instant, oneOf, table } from "./table.ts";

export const k8sResources = table(
  "k8s_resources",
  {
    /** The Kubernetes object's own UID. */
    id: uuid().$type<K8sResourceId>().primaryKey(),
    lastUpdatedAt: instant().notNull().defaultNow(),
    clusterId: uuid()
      .$type<ClusterId>()
      .notNull()
      .references(() => k8sClusters.id, { onDelete: "cascade" }),
    deploymentId: uuid()
      .$type<DeploymentId>()
      .notNull()
      .references(() => deployments.id, { onDelete: "cascade" }),
    kind: text().$type<K8sResourceKind>().notNull(),
    apiVersion: text().notNull(),
    name: text().notNull(),
    statusColor: text().array().notNull(),
    metadata: jsonb().$type<JsonObject>().notNull(),
  },
  (t) => [
    index("k8s_resources__updated").on(t.lastUpdatedAt, t.id),
    index("k8s_resources__name").on(t.name, t.id),
    index("k8s_resources__kind").on(t.kind, t.name, t.id),
    index("k8s_resources__of_deployment").on(t.deploymentId, t.kind, t.name, t.id),
    index("k8s_resources__of_cluster").on(t.clusterId, t.kind, t.name, t.id),
    oneOf("k8s_resources__kind", t.kind, k8sResourceKinds),
  ],
);
