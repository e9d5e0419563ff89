import type { DeploymentId } from "@platz/domain";
import type { ServiceDatabase } from "@platz/services";
import { ClusterRounds, type RoundsOptions } from "./cluster-rounds.ts";
import { refreshCredentials } from "./refresh-credentials.ts";

export interface RefresherOptions extends Pick<RoundsOptions, "log" | "cluster"> {
  readonly db: ServiceDatabase;
  readonly intervalMs: number;
  credentials(id: DeploymentId): Promise<Record<string, string>>;
}

/** Refreshes the credentials of all deployments of each connected cluster: they may be about to expire. */
export function credentialsRefresher(options: RefresherOptions): ClusterRounds {
  const { db, log, credentials, intervalMs, cluster } = options;
  return new ClusterRounds({
    name: "credentials",
    log,
    failure: "credentials could not be refreshed",
    backoffMaxMs: intervalMs,
    cluster,
    async round(of) {
      await refreshCredentials({ ...of, db, log, credentials });
      return intervalMs;
    },
  });
}
