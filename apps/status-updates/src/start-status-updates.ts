import { createOutgoingSigner, createSigningKeys } from "@platz/auth";
import { databaseTarget, requireHttps } from "@platz/config";
import { type Database, listen, openDatabase, waitForSchema, warnOfPlainConnection } from "@platz/db";
import { listStatusCandidateIds } from "@platz/db/queries/reported-status";
import { type ClusterId, DeploymentId } from "@platz/domain";
import { egressOf } from "@platz/egress";
import { forgetOldStatusChanges, signingKeyStore } from "@platz/services";
import type { Logger } from "@platz/telemetry";
import { backoff, every, KeyedQueue } from "@platz/worker";
import { Places } from "./places.ts";
import type { StatusUpdatesSettings } from "./settings.ts";
import { statusReconciler } from "./status-reconciler.ts";

/** What a process has already and shares with status updates. The pool stays its own to close. */
export interface StatusUpdatesParts {
  readonly log: Logger;
  readonly db?: Database;
}

const RESYNC_MS = 60_000;
const FORGET_MS = 60 * 60_000;

/**
 * Starts asking deployments for their status, as soon as the database and its schema are there. An outage of the
 * database is waited out. Throws a `ConfigError` for settings that cannot work.
 */
export async function startStatusUpdates(
  settings: StatusUpdatesSettings,
  { log, db: shared }: StatusUpdatesParts,
): Promise<AsyncDisposable> {
  requireHttps(settings, { PLATZ_OWN_URL: settings.PLATZ_OWN_URL });
  await using started = new AsyncDisposableStack();
  const { url, options, mayBePlain } = databaseTarget(settings);
  const own = { ...options, applicationName: "platz-status-updates" };
  const db = shared ?? started.use(openDatabase(url, own));
  const egress = egressOf(settings);
  const store = { db, keyring: settings.PLATZ_ENCRYPTION_KEYS, now: () => new Date() };
  const keys = createSigningKeys(signingKeyStore(store, "outgoing"));
  const places = new Places<ClusterId, DeploymentId>({
    perGroup: settings.PLATZ_STATUS_CONCURRENCY_PER_CLUSTER,
    wake: (id) => queue.add(id),
  });
  const reconciler = statusReconciler({
    db,
    places,
    egress,
    sign: createOutgoingSigner(keys, { issuer: new URL(settings.PLATZ_OWN_URL).href }),
    intervalMinMs: settings.PLATZ_STATUS_INTERVAL_MIN,
  });
  const queue: KeyedQueue<DeploymentId> = started.use(
    new KeyedQueue(reconciler, {
      concurrency: settings.PLATZ_STATUS_CONCURRENCY,
      backoffMs: (failures) => backoff(failures, { firstMs: 500, maxMs: 60_000 }),
      onError: (deployment, error) =>
        log.warn({ error, deployment }, "a status cannot be updated; trying again"),
    }),
  );
  const stopping = new AbortController();
  const mayWarn = mayBePlain && shared === undefined;
  const running = follow({ db, queue, log, signal: stopping.signal, mayWarn });
  started.defer(async () => {
    stopping.abort(new Error("stopping"));
    await running;
  });
  return started.move();
}

interface Followed {
  readonly db: Database;
  readonly queue: KeyedQueue<DeploymentId>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Whether to say when the connection to the database is plain. */
  readonly mayWarn: boolean;
}

/** Feeds the queue until the signal: with every deployment that changes, and with all of them now and then. */
async function follow({ db, queue, log, signal, mayWarn }: Followed): Promise<void> {
  await waitForSchema(db, {
    signal,
    onWaiting: () => log.info({}, "waiting for the database and its schema, which the API brings up to date"),
  });
  if (mayWarn) await warnOfPlainConnection(db, log);
  const addAll = async () => {
    for (const id of await listStatusCandidateIds(db)) queue.add(id);
  };
  const failed = (error: unknown) => log.warn({ error }, "deployments cannot be listed; trying again");
  const resync = () => void addAll().catch(failed);
  await using _feed = listen(db, {
    onChange: ({ table, id }) => {
      const deployment = table === "deployments" ? DeploymentId.safeParse(id).data : undefined;
      if (deployment !== undefined) queue.add(deployment);
    },
    onResync: resync,
  });
  using _resync = every(RESYNC_MS, addAll, failed);
  using _forgetting = every(
    FORGET_MS,
    () => forgetOldStatusChanges(db),
    (error) => log.warn({ error }, "old changes of status cannot be forgotten; trying again"),
  );
  await aborted(signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
