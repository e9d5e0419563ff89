import {
  type ClusterId,
  type GrantPreset,
  grantPresets,
  type KindGrantId,
  type KindId,
  type PodSecurityLevel,
  podSecurityLevels,
} from "@platz/domain";
import { sql } from "drizzle-orm";
import { check, index, text, uuid } from "drizzle-orm/pg-core";
import { deploymentKinds } from "./helm-charts.ts";
import { createdAt, oneOf, primaryId, table } from "./table.ts";

/** What deployments of a kind may have outside of their namespaces, and which pods they may run. */
export const kindGrants = table(
  "kind_grants",
  {
    id: primaryId<KindGrantId>(),
    createdAt: createdAt(),
    kindId: uuid()
      .$type<KindId>()
      .notNull()
      .references(() => deploymentKinds.id, { onDelete: "cascade" }),
    /** `null`: on all clusters. */
    clusterIds: uuid().$type<ClusterId>().array(),
    preset: text().$type<GrantPreset>(),
    clusterRole: text(),
    podSecurityEnforce: text().$type<PodSecurityLevel>().notNull(),
    podSecurityWarn: text().$type<PodSecurityLevel>(),
    grantedBy: text().notNull(),
    reason: text().notNull(),
  },
  (t) => [
    index("kind_grants__of_kind").on(t.kindId, t.createdAt, t.id),
    check("kind_grants__preset_or_role", sql`num_nonnulls(${t.preset}, ${t.clusterRole}) = 1`),
    oneOf("kind_grants__preset", t.preset, grantPresets),
    oneOf("kind_grants__enforce", t.podSecurityEnforce, podSecurityLevels),
    oneOf("kind_grants__warn", t.podSecurityWarn, podSecurityLevels),
  ],
);
