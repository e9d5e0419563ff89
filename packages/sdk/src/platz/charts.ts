import type { Json } from "./json.ts";
import type { Get, Listed, OneOf, TimeRange } from "./lists.ts";

/** A kind of deployment, made from the name of a chart repository. */
export interface Kind {
  readonly id: string;
  readonly createdAt: string;
  readonly version: number;
  readonly name: string;
  /** Whether tokens of its deployments act on their whole env, as before charts declared what they need. */
  readonly legacyTokenRights: boolean;
  /** Whether its deployments take no chart that is not signed by a key of its registry. */
  readonly signedChartsOnly: boolean;
}

export interface Kinds extends Listed<Kind, { name?: string | undefined }, "createdAt" | "name"> {
  readonly get: Get<Kind>;
}

/** A repository of charts in a registry. */
export interface Registry {
  readonly id: string;
  readonly createdAt: string;
  readonly version: number;
  readonly domainName: string;
  readonly repoName: string;
  readonly kindId: string;
  readonly available: boolean;
  readonly faIcon: string;
  readonly provider: "Ecr" | "Oci";
  /** Public keys by which its charts are checked. */
  readonly signingKeys: readonly { readonly name: string; readonly publicKey: string }[];
}

export interface RegistryFilters {
  repoName?: OneOf<string> | undefined;
  kindId?: OneOf<string> | undefined;
}

export interface Registries extends Listed<Registry, RegistryFilters, "createdAt" | "repoName"> {
  readonly get: Get<Registry>;
}

interface AnyChart {
  readonly id: string;
  readonly createdAt: string;
  readonly helmRegistryId: string;
  readonly kindId: string;
  readonly imageDigest: string;
  readonly imageTag: string;
  readonly available: boolean;
  /** Why it cannot be used, or not fully. */
  readonly error: string | null;
  /** What its author cannot have meant; a line each. */
  readonly findings: string | null;
  /** Why nothing of it is computed any more: it took too much to compute. */
  readonly quarantine: string | null;
  readonly provenanceDigest: string | null;
  /** By which key of its registry it is signed, or what is wrong; `null`: the registry has no keys to check it by. */
  readonly signature: {
    readonly status: "signed" | "unsigned" | "bad";
    readonly key: string | null;
    readonly reason: string | null;
  } | null;
  readonly tagFormatId: string | null;
  readonly parsedVersion: string | null;
  readonly parsedRevision: string | null;
  readonly parsedBranch: string | null;
  readonly parsedCommit: string | null;
}

/** One version of a chart, as lists show it. */
export interface ChartSummary extends AnyChart {
  readonly hasForm: boolean;
  readonly hasActions: boolean;
}

/** One version of a chart with the extensions that it ships, in the form in which they are stored. */
export interface Chart extends AnyChart {
  readonly valuesUi: Json;
  readonly actionsSchema: Json;
  readonly features: Json;
  /** What the token of a deployment may reach in its env, in sentences for whoever deploys it. */
  readonly needs: readonly string[];
  readonly resourceTypes: Json;
}

export interface ChartFilters {
  helmRegistryId?: OneOf<string> | undefined;
  kindId?: OneOf<string> | undefined;
  parsedBranch?: OneOf<string> | null | undefined;
  inUse?: boolean | undefined;
  createdAt?: TimeRange | undefined;
  available?: boolean | undefined;
}

export interface Charts extends Listed<ChartSummary, ChartFilters, "createdAt"> {
  readonly get: Get<Chart>;
}
