import {
  type BotId,
  type DeploymentPermissionId,
  type DeploymentRole,
  deploymentRoles,
  type EnvId,
  type EnvUserPermissionId,
  type EnvUserRole,
  envUserRoles,
  type Json,
  type JsonObject,
  type KindId,
  type UserId,
} from "@platz/domain";
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bots } from "./bots.ts";
import { deploymentKinds } from "./helm-charts.ts";
import { createdAt, oneOf, primaryId, table } from "./table.ts";
import { users } from "./users.ts";

export const envs = table(
  "envs",
  {
    id: primaryId<EnvId>(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
    name: text().notNull(),
    nodeSelector: jsonb().$type<JsonObject>().notNull().default({}),
    tolerations: jsonb().$type<Json[]>().notNull().default([]),
    autoAddNewUsers: boolean().notNull().default(false),
    signedChartsOnly: boolean().notNull().default(false),
  },
  (t) => [uniqueIndex("envs__name_insensitive").on(sql`lower(${t.name})`)],
);

/** A person or a bot in an env: a right goes with either of them. */
const whoAndWhere = () => ({
  envId: uuid()
    .$type<EnvId>()
    .notNull()
    .references(() => envs.id, { onDelete: "cascade" }),
  userId: uuid()
    .$type<UserId>()
    .references(() => users.id, { onDelete: "cascade" }),
  botId: uuid()
    .$type<BotId>()
    .references(() => bots.id, { onDelete: "cascade" }),
});

export const envUserPermissions = table(
  "env_user_permissions",
  {
    id: primaryId<EnvUserPermissionId>(),
    createdAt: createdAt(),
    ...whoAndWhere(),
    role: text().$type<EnvUserRole>().notNull(),
  },
  (t) => [
    unique("env_user_permissions__env_user").on(t.envId, t.userId, t.botId).nullsNotDistinct(),
    check("env_user_permissions__one_holder", sql`num_nonnulls(${t.userId}, ${t.botId}) = 1`),
    index().on(t.userId),
    index().on(t.botId),
    oneOf("env_user_permissions__role", t.role, envUserRoles),
  ],
);

export const deploymentPermissions = table(
  "deployment_permissions",
  {
    id: primaryId<DeploymentPermissionId>(),
    createdAt: createdAt(),
    ...whoAndWhere(),
    kindId: uuid()
      .$type<KindId>()
      .notNull()
      .references(() => deploymentKinds.id),
    role: text().$type<DeploymentRole>().notNull(),
  },
  (t) => [
    unique("deployment_permissions__env_user_kind")
      .on(t.envId, t.userId, t.botId, t.kindId)
      .nullsNotDistinct(),
    check("deployment_permissions__one_holder", sql`num_nonnulls(${t.userId}, ${t.botId}) = 1`),
    index().on(t.userId),
    index().on(t.botId),
    index().on(t.kindId),
    oneOf("deployment_permissions__role", t.role, deploymentRoles),
  ],
);
