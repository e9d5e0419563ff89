import type { DeploymentResourceTypeId, EnvId, Json, KindId } from "@platz/domain";
import { jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { envs } from "./envs.ts";
import { deploymentKinds } from "./helm-charts.ts";
import { createdAt, primaryId, table } from "./table.ts";

export const deploymentResourceTypes = table(
  "deployment_resource_types",
  {
    id: primaryId<DeploymentResourceTypeId>(),
    createdAt: createdAt(),
    /** `null`: the type is global. */
    envId: uuid()
      .$type<EnvId>()
      .references(() => envs.id, { onDelete: "cascade" }),
    deploymentKindId: uuid()
      .$type<KindId>()
      .notNull()
      .references(() => deploymentKinds.id),
    key: text().notNull(),
    spec: jsonb().$type<Json>().notNull().default({}),
    /** Of a global type: what was published since, which a site admin has not approved yet, and from which env. */
    proposedSpec: jsonb().$type<Json>(),
    proposedFromEnvId: uuid()
      .$type<EnvId>()
      .references(() => envs.id, { onDelete: "set null" }),
  },
  (t) => [
    unique("deployment_resource_types__kind_key_env")
      .on(t.deploymentKindId, t.key, t.envId)
      .nullsNotDistinct(),
  ],
);
