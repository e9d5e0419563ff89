import { ConfigError, databaseTarget } from "@platz/config";
import { type Database, openDatabase, waitForSchema } from "@platz/db";
import { listAvailableTags } from "@platz/db/queries/chart-ingest";
import { credentialsOfConfig, openRegistry, parseRegistryAddress, type Registry } from "@platz/oci";
import type { Logger } from "@platz/telemetry";
import { backoff, KeyedQueue } from "@platz/worker";
import { chartReconciler, keyOfTag, type TagKey } from "./chart-reconciler.ts";
import { failureLog } from "./failure-log.ts";
import { createOutageLog } from "./outage-log.ts";
import type { ChartDiscoverySettings } from "./settings.ts";
import { createOciPoll } from "./sources/oci-poll.ts";

/** What a process has already and shares with chart discovery. The pool stays its own to close. */
export interface ChartDiscoveryParts {
  readonly log: Logger;
  readonly db?: Database;
  /** Which repositories to look at; all when not given. */
  readonly isWanted?: (repository: string) => boolean;
}

const CONCURRENCY = 8;

/**
 * Starts looking for charts, as soon as the database and its schema are there. An outage of the registry or the
 * database is waited out. Throws a `ConfigError` for settings that cannot work.
 */
export async function startChartDiscovery(
  settings: ChartDiscoverySettings,
  { log, db: shared, isWanted }: ChartDiscoveryParts,
): Promise<AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { signal } = stopping;
  const registry = registryOf(settings, signal);
  const db = shared ?? started.use(ownDatabase(settings));
  const outage = createOutageLog(log, registry.domain);
  const known = () => listAvailableTags(db, registry.domain);
  const intervalMs = settings.PLATZ_OCI_POLL_INTERVAL;
  const source = createOciPoll({ registry, intervalMs, known, isWanted, outage, log });
  const failures = failureLog(log, outage);
  const queue = started.use(
    new KeyedQueue<TagKey>(failures.watching(chartReconciler({ source, db, log })), {
      concurrency: CONCURRENCY,
      backoffMs: (count) => backoff(count, { firstMs: 500, maxMs: 60_000 }),
      onError: failures.failed,
    }),
  );
  const run = async () => {
    await waitForSchema(db, {
      signal,
      onWaiting: () =>
        log.info({}, "waiting for the database and its schema, which the API brings up to date"),
    });
    for await (const ref of source.sightings(signal)) {
      const key = keyOfTag(ref);
      // One that fails by itself keeps to its back-off, which a sighting at each look would undo.
      if (!failures.has(key)) queue.add(key);
    }
  };
  const running = run().catch((error: unknown) => log.error({ error }, "looking for charts ended"));
  started.defer(async () => {
    stopping.abort(new Error("stopping"));
    await running;
  });
  return started.move();
}

function registryOf(settings: ChartDiscoverySettings, signal: AbortSignal): Registry {
  if (settings.PLATZ_REGISTRY_PROVIDER === "ecr") {
    throw new ConfigError("PLATZ_REGISTRY_PROVIDER: ecr is not there yet; use oci");
  }
  if (settings.PLATZ_OCI_REGISTRY_URL === undefined) {
    throw new ConfigError("PLATZ_OCI_REGISTRY_URL: is not set; set it to the address of the registry");
  }
  try {
    const { PLATZ_OCI_REGISTRY_URL: address, PLATZ_REGISTRY_CONFIG: config } = settings;
    const { domain } = parseRegistryAddress(address);
    const credentials = config === undefined ? undefined : () => credentialsOfConfig(config, domain);
    return openRegistry({ domain: address, credentials, signal });
  } catch (cause) {
    throw new ConfigError("PLATZ_OCI_REGISTRY_URL: must be an address such as https://registry.example.com", {
      cause,
    });
  }
}

function ownDatabase(settings: ChartDiscoverySettings): Database {
  const { url, options } = databaseTarget(settings);
  return openDatabase(url, { ...options, applicationName: "platz-chart-discovery" });
}
