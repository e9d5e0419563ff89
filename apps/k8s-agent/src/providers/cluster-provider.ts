import type { ClusterConnection } from "@platz/kubernetes";

/** What names a cluster, and where it is. */
export interface ClusterIdentity {
  /** What names it for its provider, for ever: an ARN, `local:<context>`. */
  readonly providerId: string;
  readonly name: string;
  readonly regionName: string;
}

/** A cluster that a provider has found. */
export interface DiscoveredCluster extends ClusterIdentity {
  /** How to reach it now. Asked again for every new connection. Throws, with a sentence for a person. */
  connect(signal: AbortSignal): Promise<ClusterConnection>;
}

/** A part of the world that could not be looked at: what is known of the clusters there stays. */
export interface BlindSpot {
  /** Such as `region eu-west-1 of the AWS account 111122223333`. */
  readonly part: string;
  /** Why, in a sentence for a person. */
  readonly reason: string;
  covers(cluster: Pick<ClusterIdentity, "providerId">): boolean;
}

export interface Discovery {
  readonly clusters: readonly DiscoveredCluster[];
  readonly blindSpots: readonly BlindSpot[];
}

/** A provider cannot say something now. The message is for a person. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}

/** Where clusters are found. */
export interface ClusterProvider {
  readonly name: string;
  /** Whether it is this provider, and no other, that gives clusters such ids. */
  owns(providerId: string): boolean;
  /** Every cluster that there is now. Throws, with a sentence for a person, when nothing at all can be found out. */
  discover(signal: AbortSignal): Promise<Discovery>;
}
