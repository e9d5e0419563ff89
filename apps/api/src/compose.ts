import { databaseTarget, requireHttps } from "@platz/config";
import { type Database, migrateDatabase, openDatabase, warnOfPlainConnection } from "@platz/db";
import type { Sandbox } from "@platz/sandbox";
import { openSandbox } from "@platz/sandbox/process";
import type { Logger } from "@platz/telemetry";
import { sleep } from "@platz/worker";
import { composeHandler } from "./compose-handler.ts";
import { listen } from "./listen.ts";
import { migrateUntilDone } from "./migrate-until-done.ts";
import { withOidcParameters } from "./oidc-parameters.ts";
import type { ApiSettings } from "./settings.ts";

/** What a process has already and shares with the API. The pool stays its own to close. */
export interface ApiParts {
  readonly log: Logger;
  readonly db?: Database;
  /** What computes what charts decide; without one, processes of the API's own. */
  readonly sandbox?: Sandbox;
  /** Aborted when the process is asked to stop: the API is not ready from then on, and answers until it is disposed. */
  readonly asked?: AbortSignal;
}

export interface RunningApi extends AsyncDisposable {
  readonly port: number;
  /** Where health and figures are, when that is a port of its own. */
  readonly figuresPort: number | undefined;
}

/**
 * Starts the API: it listens at once, migrates the database as soon as that can be reached, and is ready (`/ready`)
 * from then on. Disposing it says there that it stops, breaks off streams, for whose readers that is the sign to connect
 * elsewhere, and lets requests under way end. Throws a `ConfigError` for settings that cannot work.
 */
export async function startApi(
  given: ApiSettings,
  { log, db: shared, sandbox: sharedSandbox, asked }: ApiParts,
): Promise<RunningApi> {
  const settings = await withOidcParameters(given);
  const { PLATZ_OWN_URL, OIDC_SERVER_URL } = settings;
  requireHttps(settings, { PLATZ_OWN_URL, OIDC_SERVER_URL });
  const { url, options, mayBePlain } = databaseTarget(settings);
  await using started = new AsyncDisposableStack();
  const db = shared ?? started.use(openDatabase(url, { ...options, applicationName: "platz-api" }));
  const [disposed, stopping] = [new AbortController(), new AbortController()];
  const draining = AbortSignal.any([disposed.signal, ...(asked ? [asked] : [])]);
  const sandbox = sharedSandbox ?? started.use(openSandbox());
  const parts = { log, db, sandbox, draining, stopping: stopping.signal };
  const { fetch, figures } = started.use(composeHandler(settings, parts));
  const address = { host: settings.API_HOST, graceMs: settings.API_SHUTDOWN_GRACE };
  const { PLATZ_HTTP_PORT: figuresAt } = settings;
  const apart = figuresAt === undefined ? undefined : { port: figuresAt, setting: "PLATZ_HTTP_PORT" };
  const figuresPort = apart && started.use(listen(figures, { ...address, ...apart })).port;
  const { port } = started.use(
    listen(fetch, {
      ...address,
      port: settings.API_PORT,
      sharePort: settings.API_SHARE_PORT,
    }),
  );
  started.defer(async () => {
    disposed.abort();
    await sleep(settings.API_DRAIN_DELAY);
    stopping.abort();
  });
  void migrateUntilDone(() => migrateDatabase(url, options), { log, signal: stopping.signal }).then(
    async () => {
      if (mayBePlain && !stopping.signal.aborted) await warnOfPlainConnection(db, log);
    },
  );
  const running = started.move();
  return { port, figuresPort, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
