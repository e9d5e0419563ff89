import { z } from "zod";
import { HelmChartId, HelmRegistryId, HelmTagFormatId, KindId } from "./ids.ts";
import { Json } from "./json.ts";

/** A kind of deployment, made from the name of a chart repository. */
export const DeploymentKind = z.object({ id: KindId, createdAt: z.date(), name: z.string() });
export type DeploymentKind = z.output<typeof DeploymentKind>;

export const helmRegistryProviders = ["Ecr", "Oci"] as const;

/** A repository of charts in a registry. */
export const HelmRegistry = z.object({
  id: HelmRegistryId,
  createdAt: z.date(),
  domainName: z.string(),
  repoName: z.string(),
  kindId: KindId,
  available: z.boolean(),
  faIcon: z.string(),
  provider: z.enum(helmRegistryProviders),
});
export type HelmRegistry = z.output<typeof HelmRegistry>;

/**
 * One version of a chart with the extensions that it ships, in their canonical stored form (workers spec 8.11).
 * `error` says why a chart cannot be used (fully).
 */
export const HelmChart = z.object({
  id: HelmChartId,
  createdAt: z.date(),
  helmRegistryId: HelmRegistryId,
  imageDigest: z.string(),
  imageTag: z.string(),
  available: z.boolean(),
  valuesUi: Json.nullable(),
  actionsSchema: Json.nullable(),
  features: Json.nullable(),
  resourceTypes: Json.nullable(),
  error: z.string().nullable(),
  tagFormatId: HelmTagFormatId.nullable(),
  parsedVersion: z.string().nullable(),
  parsedRevision: z.string().nullable(),
  parsedBranch: z.string().nullable(),
  parsedCommit: z.string().nullable(),
});
export type HelmChart = z.output<typeof HelmChart>;
