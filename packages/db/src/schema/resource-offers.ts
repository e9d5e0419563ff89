import type { DeploymentResourceId, DeploymentResourceTypeId, EnvId, ResourceOfferId } from "@platz/domain";
import { sql } from "drizzle-orm";
import { check, index, text, unique, uuid } from "drizzle-orm/pg-core";
import { deploymentResourceTypes } from "./deployment-resource-types.ts";
import { deploymentResources } from "./deployment-resources.ts";
import { envs } from "./envs.ts";
import { createdAt, primaryId, table } from "./table.ts";

/** What of an env's resources deployments of another env may use. It counts as long as they belong to that env. */
export const resourceOffers = table(
  "resource_offers",
  {
    id: primaryId<ResourceOfferId>(),
    createdAt: createdAt(),
    /** The env that the resources belong to. */
    envId: uuid()
      .$type<EnvId>()
      .notNull()
      .references(() => envs.id, { onDelete: "cascade" }),
    toEnvId: uuid()
      .$type<EnvId>()
      .notNull()
      .references(() => envs.id, { onDelete: "cascade" }),
    typeId: uuid()
      .$type<DeploymentResourceTypeId>()
      .notNull()
      .references(() => deploymentResourceTypes.id, { onDelete: "cascade" }),
    /** `null`: all that the env has of the type. */
    resourceId: uuid()
      .$type<DeploymentResourceId>()
      .references(() => deploymentResources.id, { onDelete: "cascade" }),
    offeredBy: text().notNull(),
  },
  (t) => [
    unique("resource_offers__what_from_to").on(t.toEnvId, t.envId, t.typeId, t.resourceId).nullsNotDistinct(),
    index("resource_offers__of_env").on(t.envId, t.createdAt, t.id),
    check("resource_offers__to_another", sql`${t.envId} <> ${t.toEnvId}`),
  ],
);
