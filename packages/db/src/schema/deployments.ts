import {
  type BotId,
  type ClusterId,
  type DeploymentId,
  type DeploymentStatus,
  type DeploymentTaskId,
  type DeploymentTaskStatus,
  type Drift,
  deploymentStatuses,
  deploymentTaskStatuses,
  type HelmChartId,
  type JsonObject,
  type KindId,
  type Operation,
  type ReportedStatus,
  type UserId,
} from "@platz/domain";
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSequence,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bots } from "./bots.ts";
import { deploymentKinds, helmCharts } from "./helm-charts.ts";
import { k8sClusters } from "./k8s-clusters.ts";
import { createdAt, instant, oneOf, primaryId, table } from "./table.ts";
import { users } from "./users.ts";

export const deployments = table(
  "deployments",
  {
    id: primaryId<DeploymentId>(),
    createdAt: createdAt(),
    /** Counts the edits of people and programs, for optimistic concurrency. Status changes do not count. */
    version: integer().notNull().default(1),
    name: text().notNull(),
    kindId: uuid()
      .$type<KindId>()
      .notNull()
      .references(() => deploymentKinds.id),
    clusterId: uuid()
      .$type<ClusterId>()
      .notNull()
      .references(() => k8sClusters.id),
    namespace: text().notNull(),
    /** The first label of its host, in lower case; with the ingress domain of its cluster it is the host. */
    hostLabel: text().notNull(),
    /** Another deployment holds that host: it is so from before hosts were taken once. */
    hostShared: boolean().notNull().default(false),
    enabled: boolean().notNull().default(true),
    status: text().$type<DeploymentStatus>().notNull().default("Unknown"),
    descriptionMd: text(),
    reason: text(),
    revisionId: uuid()
      .$type<DeploymentTaskId>()
      .references((): AnyPgColumn => deploymentTasks.id, { onDelete: "set null" }),
    reportedStatus: jsonb().$type<ReportedStatus>(),
    drift: jsonb().$type<Drift>(),
    helmChartId: uuid()
      .$type<HelmChartId>()
      .notNull()
      .references(() => helmCharts.id, { onDelete: "restrict" }),
    config: jsonb().$type<JsonObject>().notNull().default({}),
    valuesOverride: jsonb().$type<JsonObject>().notNull().default({}),
    /** Whether it has ever held a secret: then what was logged and answered is for those who may change it. */
    confidential: boolean().notNull().default(false),
  },
  (t) => [
    unique("deployments__cluster_kind_name").on(t.clusterId, t.kindId, t.name),
    unique("deployments__cluster_namespace").on(t.clusterId, t.namespace),
    uniqueIndex("deployments__cluster_host").on(t.clusterId, t.hostLabel).where(sql`not ${t.hostShared}`),
    index("deployments__host_shared").on(t.createdAt, t.id).where(sql`${t.hostShared}`),
    index().on(t.createdAt, t.id),
    index("deployments__name").on(t.name, t.id),
    index("deployments__name_part").using("gin", t.name.op("gin_trgm_ops")),
    index("deployments__of_cluster").on(t.clusterId, t.createdAt, t.id),
    index("deployments__of_kind").on(t.kindId, t.createdAt, t.id),
    index("deployments__of_chart").on(t.helmChartId, t.createdAt, t.id),
    index("deployments__enabled_created").on(t.enabled, t.createdAt, t.id),
    index("deployments__status_created").on(t.status, t.createdAt, t.id),
    oneOf("deployments__status", t.status, deploymentStatuses),
  ],
);

/** Fencing tokens: each claim of a task draws a higher one, so that a former owner's writes match no row. */
export const taskFence = pgSequence("deployment_task_fence");

export const deploymentTasks = table(
  "deployment_tasks",
  {
    id: primaryId<DeploymentTaskId>(),
    createdAt: createdAt(),
    /** Order of tasks of one deployment: first in, first out, also within one transaction. */
    seq: bigint({ mode: "number" }).generatedAlwaysAsIdentity(),
    executeAt: instant().notNull().defaultNow(),
    firstAttemptedAt: instant(),
    startedAt: instant(),
    finishedAt: instant(),
    clusterId: uuid()
      .$type<ClusterId>()
      .references(() => k8sClusters.id, { onDelete: "set null" }),
    deploymentId: uuid()
      .$type<DeploymentId>()
      .notNull()
      .references(() => deployments.id, { onDelete: "cascade" }),
    namespace: text().notNull(),
    actingUserId: uuid()
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    actingBotId: uuid()
      .$type<BotId>()
      .references(() => bots.id, { onDelete: "set null" }),
    actingDeploymentId: uuid()
      .$type<DeploymentId>()
      .references(() => deployments.id, { onDelete: "set null" }),
    actorLabel: text().notNull(),
    canceledByUserId: uuid()
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    canceledByBotId: uuid()
      .$type<BotId>()
      .references(() => bots.id, { onDelete: "set null" }),
    canceledByDeploymentId: uuid()
      .$type<DeploymentId>()
      .references(() => deployments.id, { onDelete: "set null" }),
    cancelRequestedAt: instant(),
    operation: jsonb().$type<Operation>().notNull(),
    status: text().$type<DeploymentTaskStatus>().notNull().default("Pending"),
    reason: text(),
    /** How often the task has been claimed. */
    attempt: integer().notNull().default(0),
    fence: bigint({ mode: "number" }),
    leaseOwner: text(),
    leaseExpiresAt: instant(),
    /** W3C trace context of the request that asked for the task, so that its run belongs to the same trace. */
    traceParent: text(),
    /** What a run has recorded before or after a step, so that a new owner knows (design of the engine: Recovery). */
    progress: jsonb().$type<JsonObject>().notNull().default({}),
  },
  (t) => [
    index("deployment_tasks__deployment_history").on(
      t.deploymentId,
      t.executeAt.desc().nullsFirst(),
      t.seq.desc().nullsFirst(),
    ),
    index("deployment_tasks__newest").on(t.executeAt.desc().nullsFirst(), t.seq.desc().nullsFirst()),
    index("deployment_tasks__created_seq").on(t.createdAt, t.seq),
    index("deployment_tasks__of_cluster").on(
      t.clusterId,
      t.executeAt.desc().nullsFirst(),
      t.seq.desc().nullsFirst(),
    ),
    index("deployment_tasks__of_status").on(
      t.status,
      t.executeAt.desc().nullsFirst(),
      t.seq.desc().nullsFirst(),
    ),
    index("deployment_tasks__asked_by").on(
      t.actingUserId,
      t.executeAt.desc().nullsFirst(),
      t.seq.desc().nullsFirst(),
    ),
    index("deployment_tasks__queue").on(t.clusterId, t.executeAt).where(sql`${t.status} = 'Pending'`),
    index("deployment_tasks__unfinished")
      .on(t.deploymentId, t.seq)
      .where(sql`${t.status} in ('Pending', 'Started')`),
    // Two tasks of one deployment never overlap: not unlikely, impossible.
    uniqueIndex("deployment_tasks__one_started").on(t.deploymentId).where(sql`${t.status} = 'Started'`),
    oneOf("deployment_tasks__status", t.status, deploymentTaskStatuses),
    check(
      "deployment_tasks__one_actor_at_most",
      sql`num_nonnulls(${t.actingUserId}, ${t.actingBotId}, ${t.actingDeploymentId}) <= 1`,
    ),
    check(
      "deployment_tasks__one_canceller_at_most",
      sql`num_nonnulls(${t.canceledByUserId}, ${t.canceledByBotId}, ${t.canceledByDeploymentId}) <= 1`,
    ),
    check(
      "deployment_tasks__started_is_leased",
      sql`${t.status} <> 'Started' or (${t.fence} is not null and ${t.leaseExpiresAt} is not null)`,
    ),
  ],
);

/** The streamed output of tasks, in pieces. Lists never carry it. */
export const taskLogs = table(
  "task_logs",
  {
    taskId: uuid()
      .$type<DeploymentTaskId>()
      .notNull()
      .references(() => deploymentTasks.id, { onDelete: "cascade" }),
    seq: integer().notNull(),
    createdAt: createdAt(),
    text: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.taskId, t.seq] })],
);
