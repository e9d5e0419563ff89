import type { JsonObject } from "./json.ts";
import type { CallOptions, Create, Delete, Get, Listed, OneOf } from "./lists.ts";

export type GrantPreset = "nothing" | "crds" | "everything";
/** A level of Kubernetes' Pod Security Standards. */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** What a namespace refuses of pods, and what it only warns of. */
export interface PodSecurity {
  readonly enforce: PodSecurityLevel;
  readonly warn: PodSecurityLevel | null;
}

/** That the deployments of a kind may have more than their namespaces. */
export interface KindGrant {
  readonly id: string;
  readonly createdAt: string;
  readonly kindId: string;
  /** `null`: on all clusters. */
  readonly clusterIds: readonly string[] | null;
  /** A preset, or else the name of a ClusterRole. */
  readonly preset: GrantPreset | null;
  readonly clusterRole: string | null;
  readonly podSecurity: PodSecurity;
  /** Who gave it, in words, and why. */
  readonly grantedBy: string;
  readonly reason: string;
}

/** A preset, or else the name of a ClusterRole; `baseline` unless told. */
export interface NewKindGrant {
  kindId: string;
  clusterIds?: string[] | null | undefined;
  preset?: GrantPreset | null | undefined;
  clusterRole?: string | null | undefined;
  podSecurity?: PodSecurity | undefined;
  reason: string;
}

/** A grant of the least that a version of a chart needs. */
export interface NewKindGrantForChart {
  helmChartId: string;
  clusterIds?: string[] | null | undefined;
  reason: string;
  /** What somebody would fill in; without it the chart's own defaults count. */
  config?: JsonObject | undefined;
  /** Only as a trial. */
  dryRun?: boolean | undefined;
}

/** An object that has no grant. `why` completes "This object …". */
export interface UngrantedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `null`: it belongs to no namespace. */
  readonly namespace: string | null;
  readonly why: string;
}

/** What a version of a chart needs beyond what its kind has, and the grant that was given for it. */
export interface GrantForChart {
  /** `null`: nothing is lacking, or it was a trial. */
  readonly grant: KindGrant | null;
  readonly leastGrant: { readonly preset: GrantPreset; readonly podSecurity: PodSecurityLevel };
  /** The objects that had no grant before. */
  readonly ungranted: readonly UngrantedObject[];
}

interface OfDeployment {
  readonly deploymentId: string;
  readonly name: string;
  readonly clusterId: string;
}

/** What of the running releases of a kind would be refused if it had no grant at all. */
export interface WouldBeRefused {
  /** Installed deployments of the kind, and how many of them were looked at. */
  readonly deployments: number;
  readonly looked: number;
  /** How many of these have objects that would be refused, and how many objects that are. */
  readonly refused: number;
  readonly objects: number;
  readonly examples: readonly (OfDeployment & { readonly objects: readonly UngrantedObject[] })[];
  /** Those that could not be looked at, and why. */
  readonly unknown: readonly (OfDeployment & { readonly reason: string })[];
}

/** Everybody reads grants; site admins give them and take them back. */
export interface KindGrants extends Listed<KindGrant, { kindId?: OneOf<string> | undefined }, "createdAt"> {
  readonly get: Get<KindGrant>;
  readonly create: Create<NewKindGrant, KindGrant>;
  readonly createForChart: Create<NewKindGrantForChart, GrantForChart>;
  readonly wouldBeRefused: (of: { kindId: string }, options?: CallOptions) => Promise<WouldBeRefused>;
  readonly delete: Delete;
}
