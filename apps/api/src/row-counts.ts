import type { Database } from "@platz/db";
import {
  countDeploymentsByStatus,
  countResourcesByStatus,
  countTasksByStatus,
} from "@platz/db/queries/status-counts";
import { deploymentStatuses, deploymentTaskStatuses, resourceSyncStatuses } from "@platz/domain";
import type { LabelledCount, RowCounts } from "@platz/telemetry";
import { within } from "./within.ts";

const TIMEOUT_MS = 5000;

export interface RowCountsOptions {
  /** Whether figures say which kinds and clusters there are: not where strangers can read them. */
  readonly mayName: boolean;
}

/**
 * The figures of API spec 10 from the database, with a zero for every status that nothing is in: of tasks, of resources,
 * and of deployments, by kind and cluster where these may be named.
 */
export function rowCounts(db: Database, { mayName }: RowCountsOptions): RowCounts {
  return {
    async taskStatuses() {
      const counts = await within(TIMEOUT_MS, countTasksByStatus(db));
      const zeros = deploymentTaskStatuses.map((status) => ({ status, count: 0 }));
      return [...zeros, ...counts].map(({ status, count }) => ({ labels: { task_status: status }, count }));
    },
    async resourceStatuses() {
      const counts = await within(TIMEOUT_MS, countResourcesByStatus(db));
      const zeros = resourceSyncStatuses.map((status) => ({ status, count: 0 }));
      return [...zeros, ...counts].map(({ status, count }) => ({ labels: { sync_status: status }, count }));
    },
    async deploymentStatuses() {
      const counts = await within(TIMEOUT_MS, countDeploymentsByStatus(db));
      if (!mayName) {
        const zeros = deploymentStatuses.map((status) => ({ status, count: 0 }));
        return [...zeros, ...counts].map(({ status, count }) => ({
          labels: { deployment_status: status },
          count,
        }));
      }
      return counts.flatMap((row): LabelledCount[] => {
        const labels = { deployment_kind: row.kind, cluster_name: row.cluster };
        return deploymentStatuses.map((status) => ({
          labels: { ...labels, deployment_status: status },
          count: status === row.status ? row.count : 0,
        }));
      });
    },
  };
}
