import type { ClusterConnection } from "@platz/kubernetes";

/** A cluster that a provider has found. */
export interface DiscoveredCluster {
  /** What names it for its provider, for ever: an ARN, `local:<context>`. */
  readonly providerId: string;
  readonly name: string;
  readonly regionName: string;
  /** How to reach it now. Credentials may be short-lived: ask again rather than keep. */
  connect(): Promise<ClusterConnection>;
}

/** Where clusters are found. */
export interface ClusterProvider {
  readonly name: string;
  /** Every cluster that there is now. Throws, with a sentence for a person, when that cannot be found out. */
  discover(signal: AbortSignal): Promise<readonly DiscoveredCluster[]>;
}
