import type { Queryable } from "@platz/db";
import { findLiveDeployment } from "@platz/db/queries/reported-status";
import { type ClusterId, type DeploymentId, PreconditionFailed, type ReportedStatus } from "@platz/domain";
import { chartFeatures } from "../chart/chart-extensions.ts";
import { addressBelow, ingressOrigin } from "../deployment/ingress-origin.ts";

/** A deployment that says what it does. */
export interface StatusTarget {
  readonly clusterId: ClusterId;
  /** What is stored of its last answer. */
  readonly reported: ReportedStatus | null;
  /** Where it says so, or a sentence why that is not known. */
  readonly address: { readonly url: string } | { readonly problem: string };
  /** How often the chart wants it to be asked, in ms. */
  readonly refreshMs: number;
  /** Another text means that the answer may have changed, so that asking at once is worth it. */
  readonly state: string;
}

/**
 * Where to ask a deployment for its status (workers spec 6.1): by the status feature of the chart it is installed
 * from. `undefined` when it is not to be asked: gone, disabled, not installed, or without the feature.
 */
export async function findStatusTarget(db: Queryable, id: DeploymentId): Promise<StatusTarget | undefined> {
  const live = await findLiveDeployment(db, id);
  if (live === undefined) return undefined;
  const { deployment, chart, cluster } = live;
  const features = chartFeatures(chart);
  if (features.status === null) return undefined;
  const { path, refreshIntervalSecs } = features.status;
  const address = addressOf(() => addressBelow(ingressOrigin(deployment, cluster), path));
  return {
    clusterId: cluster.id,
    reported: deployment.reportedStatus,
    address,
    refreshMs: refreshIntervalSecs * 1000,
    state: JSON.stringify([deployment.status, deployment.revisionId, address]),
  };
}

function addressOf(find: () => string): StatusTarget["address"] {
  try {
    return { url: find() };
  } catch (error) {
    if (error instanceof PreconditionFailed) return { problem: error.message };
    throw error;
  }
}
