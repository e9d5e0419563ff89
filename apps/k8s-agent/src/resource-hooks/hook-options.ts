import type { Database } from "@platz/db";
import type { Logger } from "@platz/telemetry";
import type { ClusterFleet } from "../clusters/cluster-fleet.ts";
import type { OperationDependencies } from "../operations/operation-runner.ts";
import type { AgentSettings } from "../settings.ts";
import type { ResourceHooksOptions } from "./resource-hooks.ts";

/** How an agent with these settings calls hooks. */
export function hookOptions(
  settings: AgentSettings,
  {
    db,
    log,
    fleet,
    dependencies: { egress, sign },
  }: {
    db: Database;
    log: Logger;
    fleet: ClusterFleet;
    dependencies: Pick<OperationDependencies, "egress" | "sign">;
  },
): ResourceHooksOptions {
  return {
    db,
    log,
    egress,
    sign,
    keyring: settings.PLATZ_ENCRYPTION_KEYS,
    clusters: () => fleet.connected(),
    timeoutMs: settings.PLATZ_HOOK_TIMEOUT,
    attemptsMax: settings.PLATZ_HOOK_ATTEMPTS_MAX,
    retry: { firstMs: settings.PLATZ_HOOK_RETRY_FIRST, maxMs: settings.PLATZ_HOOK_RETRY_MAX },
    pollMs: settings.PLATZ_TASK_POLL,
    graceMs: settings.PLATZ_TASK_LEASE,
  };
}
