import {
  type DeploymentId,
  type DeploymentResourceId,
  type DeploymentResourceTypeId,
  type EnvId,
  type JsonObject,
  type ResourceChange,
  type ResourceSyncStatus,
  resourceChanges,
  resourceSyncStatuses,
} from "@platz/domain";
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { deploymentResourceTypes } from "./deployment-resource-types.ts";
import { deployments } from "./deployments.ts";
import { envs } from "./envs.ts";
import { createdAt, instant, oneOf, primaryId, table } from "./table.ts";

/** A thing that a deployment manages for others: a database of a server, a queue of a broker. */
export const deploymentResources = table(
  "deployment_resources",
  {
    id: primaryId<DeploymentResourceId>(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
    typeId: uuid()
      .$type<DeploymentResourceTypeId>()
      .notNull()
      .references(() => deploymentResourceTypes.id, { onDelete: "cascade" }),
    deploymentId: uuid()
      .$type<DeploymentId>()
      .references(() => deployments.id, { onDelete: "set null" }),
    /** The env of its deployment, kept when that is gone. */
    envId: uuid()
      .$type<EnvId>()
      .references(() => envs.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** `false`: it was deleted, and its name is free again. */
    exists: boolean().notNull().default(true),
    props: jsonb().$type<JsonObject>().notNull().default({}),
    syncStatus: text().$type<ResourceSyncStatus>().notNull().default("Creating"),
    syncReason: text(),
    /** What its application has not agreed to yet; absent: it knows the resource as it is. */
    syncChange: text().$type<ResourceChange>(),
    /** How often the present change has been tried, and when it is tried again. */
    syncAttempt: integer().notNull().default(0),
    nextSyncAt: instant(),
    /** The call that is under way, and when it is given up for lost. */
    syncClaim: uuid(),
    syncClaimExpiresAt: instant(),
  },
  (t) => [
    uniqueIndex("deployment_resources__type_name").on(t.typeId, t.name).where(sql`${t.exists}`),
    index().on(t.deploymentId),
    index().on(t.envId),
    index("deployment_resources__to_sync").on(t.nextSyncAt).where(sql`${t.syncChange} is not null`),
    check("deployment_resources__name", sql`length(${t.name}) > 0`),
    oneOf("deployment_resources__sync_status", t.syncStatus, resourceSyncStatuses),
    oneOf("deployment_resources__sync_change", t.syncChange, resourceChanges),
  ],
);
