import {
  type ChartSignature,
  type HelmChartId,
  type HelmRegistryId,
  type HelmTagFormatId,
  helmRegistryProviders,
  type Json,
  type KindId,
  type SigningKey,
} from "@platz/domain";
import { boolean, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, oneOf, primaryId, table } from "./table.ts";

export const deploymentKinds = table(
  "deployment_kinds",
  {
    id: primaryId<KindId>(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
    name: text().notNull(),
    /** Tokens of its deployments act on their whole env: so it was before charts declared what they need. */
    legacyTokenRights: boolean().notNull().default(false),
    /** Its deployments take no chart that is not signed by a key of its registry. */
    signedChartsOnly: boolean().notNull().default(false),
  },
  (t) => [unique("deployment_kinds__name").on(t.name)],
);

export const helmRegistries = table(
  "helm_registries",
  {
    id: primaryId<HelmRegistryId>(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
    domainName: text().notNull(),
    repoName: text().notNull(),
    kindId: uuid()
      .$type<KindId>()
      .notNull()
      .references(() => deploymentKinds.id),
    available: boolean().notNull().default(true),
    faIcon: text().notNull().default("question"),
    provider: text().$type<(typeof helmRegistryProviders)[number]>().notNull().default("Ecr"),
    /** Public keys by which its charts are checked. */
    signingKeys: jsonb().$type<SigningKey[]>().notNull().default([]),
  },
  (t) => [
    unique("helm_registries__domain_repo").on(t.domainName, t.repoName),
    index().on(t.kindId),
    oneOf("helm_registries__provider", t.provider, helmRegistryProviders),
  ],
);

export const helmTagFormats = table(
  "helm_tag_formats",
  { id: primaryId<HelmTagFormatId>(), createdAt: createdAt(), pattern: text().notNull() },
  (t) => [unique("helm_tag_formats__pattern").on(t.pattern)],
);

export const helmCharts = table(
  "helm_charts",
  {
    id: primaryId<HelmChartId>(),
    /** When the registry got the chart, as far as it says so. */
    createdAt: instant().notNull(),
    helmRegistryId: uuid()
      .$type<HelmRegistryId>()
      .notNull()
      .references(() => helmRegistries.id, { onDelete: "restrict" }),
    imageDigest: text().notNull(),
    imageTag: text().notNull(),
    available: boolean().notNull().default(true),
    valuesUi: jsonb().$type<Json>(),
    actionsSchema: jsonb().$type<Json>(),
    features: jsonb().$type<Json>(),
    resourceTypes: jsonb().$type<Json>(),
    error: text(),
    /** What its author cannot have meant, a line each; it stops nothing. */
    findings: text(),
    /** Why nothing of it is computed any more: it has cost a process. */
    quarantine: text(),
    /** Of the signed provenance file that was pushed with the chart. */
    provenanceDigest: text(),
    /** What its signatures are by the keys of its registry; `null`: that has none. */
    signature: jsonb().$type<ChartSignature>(),
    tagFormatId: uuid()
      .$type<HelmTagFormatId>()
      .references(() => helmTagFormats.id),
    parsedVersion: text(),
    parsedRevision: text(),
    parsedBranch: text(),
    parsedCommit: text(),
  },
  (t) => [
    // Two tags of one digest are two charts: when one tag is deleted, the other stays (W-60 of the workers spec).
    unique("helm_charts__registry_digest_tag").on(t.helmRegistryId, t.imageDigest, t.imageTag),
    index("helm_charts__created").on(t.createdAt, t.id),
    index("helm_charts__branch").on(t.parsedBranch, t.createdAt, t.id),
    index("helm_charts__available").on(t.available, t.createdAt, t.id),
    index("helm_charts__of_registry").on(t.helmRegistryId, t.createdAt, t.id),
    index("helm_charts__registry_branch").on(
      t.helmRegistryId,
      t.parsedBranch,
      t.createdAt.desc().nullsFirst(),
    ),
  ],
);

/**
 * Signatures that were found beside charts, by the digest that they are for: they may come before the chart or after it,
 * and are judged anew when keys change.
 */
export const chartSignatures = table(
  "chart_signatures",
  {
    domainName: text().notNull(),
    repoName: text().notNull(),
    imageDigest: text().notNull(),
    /** What was signed, and the signature, in base64. */
    signatures: jsonb().$type<{ payload: string; signature: string }[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainName, t.repoName, t.imageDigest] })],
);
