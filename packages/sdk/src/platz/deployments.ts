import type { Json, JsonObject } from "./json.ts";
import type {
  CallOptions,
  Create,
  Delete,
  Get,
  Listed,
  ListRequest,
  OneOf,
  Page,
  TimeRange,
  Update,
} from "./lists.ts";

export type DeploymentStatus =
  | "Unknown"
  | "Installing"
  | "Renaming"
  | "Upgrading"
  | "Running"
  | "Error"
  | "Uninstalling"
  | "Uninstalled"
  | "Deleting";

/** The last answer of a deployment's status endpoint. */
export interface ReportedStatus {
  readonly timestamp: string;
  readonly get_successful: boolean;
  /** The status document when the answer was good, else `null`. */
  readonly content: Json;
  /** What was wrong, in one sentence. */
  readonly error: string | null;
}

/** From then on a deployment reported this, or nothing could be learnt (`error`), or it was not asked (neither). */
export interface StatusChange {
  readonly id: string;
  readonly createdAt: string;
  readonly deploymentId: string;
  readonly name: string | null;
  readonly color: string | null;
  readonly error: string | null;
  readonly notices: readonly { readonly level: "Info" | "Warning" | "Danger"; readonly text: string }[];
}

/** Something was done to a deployment on its cluster past Platz: its live release is not what was applied last. */
export interface Drift {
  readonly kind: "ReleaseGone" | "ReleaseChanged" | "WorkloadChanged";
  /** What is different, a sentence each. */
  readonly what: readonly string[];
  /** When it was seen first. */
  readonly since: string;
}

/** A chart installed, or to be installed, in a namespace of its own on one cluster, as lists show it. */
export interface DeploymentSummary {
  readonly id: string;
  readonly createdAt: string;
  /** Grows with every change that a person or program makes. */
  readonly version: number;
  readonly name: string;
  readonly kindId: string;
  readonly kindName: string;
  readonly clusterId: string;
  readonly clusterName: string;
  readonly envId: string | null;
  /** Namespace and Helm release. */
  readonly namespace: string;
  /** The first label of its ingress host, under the ingress domain of its cluster. */
  readonly hostLabel: string;
  /** Another deployment holds that host, from before hosts were taken once. */
  readonly hostShared: boolean;
  readonly enabled: boolean;
  readonly status: DeploymentStatus;
  readonly descriptionMd: string | null;
  readonly reason: string | null;
  /** The Install or Upgrade task whose values are live. */
  readonly revisionId: string | null;
  readonly reportedStatus: ReportedStatus | null;
  /** What was done to it on its cluster past Platz; a Reinstall puts it right. */
  readonly drift: Drift | null;
  readonly helmChartId: string;
}

/** A deployment with what was filled in. */
export interface Deployment extends DeploymentSummary {
  readonly config: JsonObject;
  readonly valuesOverride: JsonObject;
  /** Paths of the inputs that are kept from the caller, and left out above. */
  readonly hidden: readonly string[];
}

export interface DeploymentFilters {
  kindId?: OneOf<string> | undefined;
  clusterId?: OneOf<string> | undefined;
  envId?: OneOf<string> | null | undefined;
  enabled?: boolean | undefined;
  /** Those that have a host which another deployment holds. */
  hostShared?: boolean | undefined;
  status?: OneOf<DeploymentStatus> | undefined;
  helmChartId?: OneOf<string> | undefined;
  createdAt?: TimeRange | undefined;
  /** A part of the name. */
  name?: string | undefined;
}

export interface NewDeployment {
  name?: string | undefined;
  kindId: string;
  clusterId: string;
  helmChartId: string;
  /** What is filled into the chart's form, by input. */
  config?: JsonObject | undefined;
  /** Laid over the values that the form makes. */
  valuesOverride?: JsonObject | undefined;
  descriptionMd?: string | null | undefined;
}

/** What is to be changed; absent fields stay, `config` is replaced whole, `valuesOverride: null` clears it. */
export interface UpdateDeployment {
  id: string;
  /** The one that was seen. */
  version: number;
  name?: string | undefined;
  clusterId?: string | undefined;
  helmChartId?: string | undefined;
  config?: JsonObject | undefined;
  enabled?: boolean | undefined;
  descriptionMd?: string | null | undefined;
  valuesOverride?: JsonObject | null | undefined;
  /** Calls off the Upgrades that still wait, when this edit asks for one: this one then takes their place. */
  supersede?: boolean | undefined;
}

export interface RollbackDeployment {
  id: string;
  /** The one that was seen. */
  version: number;
  /** An earlier Install, Upgrade or Rollback of the deployment that is done. */
  toTaskId: string;
}

export interface BulkUpgrade {
  /** 200 at most. */
  ids: string[];
  helmChartId: string;
  /** Only as a trial. */
  dryRun?: boolean | undefined;
}

/** What became, or would become, of one deployment. */
export interface BulkUpgradeOutcome {
  readonly id: string;
  readonly label: string | null;
  readonly outcome: "upgraded" | "unchanged" | "refused";
  readonly reason: string | null;
}

export interface Deployments extends Listed<DeploymentSummary, DeploymentFilters, "createdAt" | "name"> {
  readonly get: Get<Deployment>;
  readonly create: Create<NewDeployment, Deployment>;
  readonly update: Update<UpdateDeployment, Deployment>;
  /** What a deployment has reported and when that changed, newest first. */
  readonly statusChanges: (
    request: ListRequest<{ deploymentId: string }, "createdAt">,
    options?: CallOptions,
  ) => Promise<Page<StatusChange>>;
  readonly rollback: (input: RollbackDeployment, options?: CallOptions) => Promise<Deployment>;
  readonly bulkUpgrade: (input: BulkUpgrade, options?: CallOptions) => Promise<readonly BulkUpgradeOutcome[]>;
  readonly delete: Delete;
}
