import { z } from "zod";
import { Drift } from "./drift.ts";
import { ClusterId, DeploymentId, DeploymentTaskId, HelmChartId, KindId } from "./ids.ts";
import { JsonObject } from "./json.ts";
import { ReportedStatus } from "./reported-status.ts";

export const deploymentStatuses = [
  "Unknown",
  "Installing",
  "Renaming",
  "Upgrading",
  "Running",
  "Error",
  "Uninstalling",
  "Uninstalled",
  "Deleting",
] as const;
export const DeploymentStatus = z.enum(deploymentStatuses);
export type DeploymentStatus = z.output<typeof DeploymentStatus>;

/** A chart installed, or to be installed, in a namespace of its own on one cluster. */
export const Deployment = z.object({
  id: DeploymentId,
  createdAt: z.date(),
  /** Grows with every change that a person or program makes; an edit based on an older one is a conflict. */
  version: z.int32(),
  name: z.string(),
  kindId: KindId,
  clusterId: ClusterId,
  /** Namespace and Helm release; stored, so that renaming a kind moves nothing. */
  namespace: z.string(),
  /** The first label of its ingress host, under the ingress domain of its cluster; one deployment of a cluster holds it. */
  hostLabel: z.string(),
  /** It has this host from before hosts were taken once, and another deployment holds it: rename one of the two. */
  hostShared: z.boolean(),
  enabled: z.boolean(),
  status: DeploymentStatus,
  descriptionMd: z.string().nullable(),
  reason: z.string().nullable(),
  /** The Install or Upgrade task whose values are live. */
  revisionId: DeploymentTaskId.nullable(),
  reportedStatus: ReportedStatus.nullable(),
  /** What was done to it on its cluster past Platz, as far as that is seen. */
  drift: Drift.nullable(),
  helmChartId: HelmChartId,
  config: JsonObject,
  valuesOverride: JsonObject,
});
export type Deployment = z.output<typeof Deployment>;

const descriptionMd = z.string().max(100_000);
const name = z.string().max(63);

/** What a person gives to create a deployment. */
export const NewDeployment = z.strictObject({
  name: name.default(""),
  kindId: KindId,
  clusterId: ClusterId,
  helmChartId: HelmChartId,
  config: JsonObject.default({}),
  valuesOverride: JsonObject.default({}),
  descriptionMd: descriptionMd.nullable().default(null),
});
export type NewDeployment = z.output<typeof NewDeployment>;

/**
 * What a person may change. Absent leaves a field as it is; `config` is replaced whole; `valuesOverride: null` clears
 * it. `version` is the one that the person saw: if somebody changed the deployment since, the edit is a conflict.
 */
export const UpdateDeployment = z.strictObject({
  id: DeploymentId,
  version: z.int32(),
  name: name.optional(),
  clusterId: ClusterId.optional(),
  helmChartId: HelmChartId.optional(),
  config: JsonObject.optional(),
  enabled: z.boolean().optional(),
  descriptionMd: descriptionMd.nullable().optional(),
  valuesOverride: JsonObject.nullable().optional(),
  /** Calls off the Upgrades that still wait, when this edit asks for one: this one then takes their place. */
  supersede: z.boolean().optional(),
});
export type UpdateDeployment = z.output<typeof UpdateDeployment>;

/** An edit to be looked at and not made; absent fields stay as they are saved. */
export const PreviewDeployment = UpdateDeployment.pick({
  id: true,
  name: true,
  clusterId: true,
  helmChartId: true,
  config: true,
  valuesOverride: true,
  enabled: true,
});
export type PreviewDeployment = z.output<typeof PreviewDeployment>;

/** A deployment to be brought back to what one of its earlier tasks had made of it. */
export const RollbackDeployment = z.strictObject({
  id: DeploymentId,
  version: z.int32(),
  toTaskId: DeploymentTaskId,
});
export type RollbackDeployment = z.output<typeof RollbackDeployment>;

/** Many deployments to be brought to one chart; with `dryRun`, only as a trial. */
export const BulkUpgrade = z.strictObject({
  ids: z.array(DeploymentId).min(1).max(200),
  helmChartId: HelmChartId,
  dryRun: z.boolean().default(false),
});
export type BulkUpgrade = z.output<typeof BulkUpgrade>;
