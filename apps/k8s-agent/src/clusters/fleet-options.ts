import type { ClusterId, DeploymentId } from "@platz/domain";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";
import type { ClusterProvider } from "../providers/cluster-provider.ts";

export interface FleetOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly provider: ClusterProvider;
  /** Name of this agent, unique among all that are alive. */
  readonly owner: string;
  /** How often the provider is asked, in ms. */
  readonly refreshMs: number;
  /** For how long a cluster is held without renewal; renewed three times in that time. */
  readonly leaseMs: number;
  /** First and longest pause before a cluster, or the provider, that failed is tried again. */
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  /** How often everything is listed anew and compared, although the watches should have told, in ms. */
  readonly resyncMs?: number;
  /** Something was done to a deployment on its cluster, by Platz or past it. */
  onDeploymentTouched?(id: DeploymentId): void;
  /** A cluster has become usable: its tasks may run. */
  onConnected(id: ClusterId): void;
}
