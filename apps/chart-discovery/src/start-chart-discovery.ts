import { databaseTarget } from "@platz/config";
import { type Database, openDatabase, waitForSchema, warnOfPlainConnection } from "@platz/db";
import { listAvailableTags } from "@platz/db/queries/chart-ingest";
import type { Sandbox } from "@platz/sandbox";
import { openSandbox } from "@platz/sandbox/process";
import type { Logger } from "@platz/telemetry";
import { backoff, KeyedQueue } from "@platz/worker";
import { chartReconciler, keyOfTag, type TagKey, tagOfKey } from "./chart-reconciler.ts";
import { failureLog } from "./failure-log.ts";
import { outageLogs } from "./outage-log.ts";
import type { ChartDiscoverySettings } from "./settings.ts";
import { Settling } from "./settling.ts";
import type { Sighting } from "./sources/chart-source.ts";
import { openSource } from "./sources/open-source.ts";
import { followTagFormats } from "./tag-formats.ts";

/** What a process has already and shares with chart discovery. The pool stays its own to close. */
export interface ChartDiscoveryParts {
  readonly log: Logger;
  readonly db?: Database;
  /** What computes what charts decide; without one, processes of its own. */
  readonly sandbox?: Sandbox;
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
  { log, db: shared, sandbox: given, isWanted }: ChartDiscoveryParts,
): Promise<AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { signal } = stopping;
  const outageOf = outageLogs(log);
  const known = (domain: string) => listAvailableTags(db, domain);
  const source = openSource(settings, { known, log, signal, isWanted, outageOf });
  const { url, options, mayBePlain } = databaseTarget(settings);
  const own = { ...options, applicationName: "platz-chart-discovery" };
  const db = shared ?? started.use(openDatabase(url, own));
  const failures = failureLog(log, (key) => outageOf(tagOfKey(key).domain));
  const sandbox = given ?? started.use(openSandbox());
  const settling = new Settling();
  const reconciler = chartReconciler({ source, db, log, settings, sandbox });
  const queue = started.use(
    new KeyedQueue<TagKey>(failures.watching(settling.watching(reconciler)), {
      concurrency: CONCURRENCY,
      backoffMs: (count) => backoff(count, { firstMs: 500, maxMs: 60_000 }),
      onError: failures.failed,
    }),
  );
  const sighted = ({ digest, settle, ...ref }: Sighting) => {
    const key = keyOfTag(ref);
    if (digest !== undefined && reconciler.isSettled(key, digest)) return settle?.();
    if (settle !== undefined) settling.wait(key, settle);
    // One that fails by itself keeps to its back-off, which a sighting at each look would undo.
    if (!failures.has(key)) queue.add(key);
  };
  const run = async () => {
    await waitForSchema(db, {
      signal,
      onWaiting: () =>
        log.info({}, "waiting for the database and its schema, which the API brings up to date"),
    });
    if (mayBePlain && shared === undefined) await warnOfPlainConnection(db, log);
    await using _formats = followTagFormats({ db, log });
    await source.follow(signal, sighted);
  };
  const running = run().catch((error: unknown) => log.error({ error }, "looking for charts ended"));
  started.defer(async () => {
    stopping.abort(new Error("stopping"));
    await running;
  });
  return started.move();
}
