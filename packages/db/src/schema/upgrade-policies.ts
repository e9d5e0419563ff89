import type {
  BotId,
  BotTokenId,
  DeploymentId,
  HelmChartId,
  HelmTagFormatId,
  UpgradePolicyId,
  UpgradeWindow,
  UserId,
  UserTokenId,
} from "@platz/domain";
import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { bots } from "./bots.ts";
import { deployments } from "./deployments.ts";
import { helmCharts, helmTagFormats } from "./helm-charts.ts";
import { createdAt, instant, primaryId, table } from "./table.ts";
import { users } from "./users.ts";

/** Which charts a deployment follows; one policy for each. */
export const upgradePolicies = table(
  "upgrade_policies",
  {
    id: primaryId<UpgradePolicyId>(),
    createdAt: createdAt(),
    deploymentId: uuid()
      .$type<DeploymentId>()
      .notNull()
      .references(() => deployments.id, { onDelete: "cascade" }),
    branch: text(),
    tagFormatId: uuid()
      .$type<HelmTagFormatId>()
      .references(() => helmTagFormats.id, { onDelete: "restrict" }),
    window: jsonb().$type<UpgradeWindow>(),
    signedOnly: boolean().notNull().default(false),
    allowedByUserId: uuid()
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    allowedByBotId: uuid()
      .$type<BotId>()
      .references(() => bots.id, { onDelete: "set null" }),
    /**
     * The token by which they have: of a person or of a bot, so that it refers to neither. One that is not there any more
     * was revoked. `null` for whoever had signed in.
     */
    allowedByTokenId: uuid().$type<UserTokenId | BotTokenId>(),
    allowedBy: text().notNull(),
    allowedAt: instant().notNull(),
    nextChartId: uuid()
      .$type<HelmChartId>()
      .references(() => helmCharts.id, { onDelete: "set null" }),
    reason: text(),
    lastChartId: uuid()
      .$type<HelmChartId>()
      .references(() => helmCharts.id, { onDelete: "set null" }),
    lastUpgradeAt: instant(),
  },
  (t) => [
    unique("upgrade_policies__deployment").on(t.deploymentId),
    index().on(t.tagFormatId),
    check("upgrade_policies__follows_something", sql`num_nonnulls(${t.branch}, ${t.tagFormatId}) > 0`),
    check(
      "upgrade_policies__one_allows_at_most",
      sql`num_nonnulls(${t.allowedByUserId}, ${t.allowedByBotId}) <= 1`,
    ),
  ],
);
