import { createOidcClient, createSigningKeys } from "@platz/auth";
import { databaseTarget } from "@platz/config";
import { type Database, migrateDatabase, openDatabase } from "@platz/db";
import {
  beginSignIn,
  CallerCache,
  EventFeed,
  FreshCache,
  finishSignIn,
  publishedKeys,
  signingKeyStore,
} from "@platz/services";
import { createMetrics, type Logger } from "@platz/telemetry";
import packageJson from "../package.json" with { type: "json" };
import { listen } from "./listen.ts";
import { migrateUntilDone } from "./migrate-until-done.ts";
import { createReadiness } from "./readiness.ts";
import { rowCounts } from "./row-counts.ts";
import { createServer, type ServerDependencies } from "./server.ts";
import type { ApiSettings } from "./settings.ts";

/** What a process has already and shares with the API. The pool stays its own to close. */
export interface ApiParts {
  readonly log: Logger;
  readonly db?: Database;
}

export interface RunningApi extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts the API: it listens at once, migrates the database as soon as that can be reached, and is ready (`/ready`)
 * from then on. Disposing it lets requests under way end. Throws a `ConfigError` for settings that cannot work.
 */
export async function startApi(settings: ApiSettings, { log, db: shared }: ApiParts): Promise<RunningApi> {
  const { url, options } = databaseTarget(settings);
  await using started = new AsyncDisposableStack();
  const db = shared ?? started.use(openDatabase(url, { ...options, applicationName: "platz-api" }));
  const stopping = new AbortController();
  const feed = started.use(EventFeed.start({ db, log }));
  const callers = started.use(new CallerCache({ feed }));
  const totals = started.use(new FreshCache<number>({ feed }));
  const { fetch } = createServer(
    serverDependencies(settings, { db, log, feed, callers, totals, stopping: stopping.signal }),
  );
  const { port } = started.use(
    listen(fetch, {
      host: settings.API_HOST,
      port: settings.API_PORT,
      sharePort: settings.API_SHARE_PORT,
      graceMs: settings.API_SHUTDOWN_GRACE,
    }),
  );
  started.defer(() => stopping.abort());
  void migrateUntilDone(() => migrateDatabase(url, options), { log, signal: stopping.signal });
  const running = started.move();
  return { port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

interface Composed {
  readonly db: Database;
  readonly log: Logger;
  readonly feed: EventFeed;
  readonly callers: CallerCache;
  readonly totals: FreshCache<number>;
  readonly stopping: AbortSignal;
}

function serverDependencies(
  settings: ApiSettings,
  { db, log, feed, callers, totals, stopping }: Composed,
): ServerDependencies {
  const ownUrl = new URL(settings.PLATZ_OWN_URL);
  const redirectUri = new URL("/auth/google/callback", ownUrl).href;
  const now = () => new Date();
  const keyring = settings.PLATZ_ENCRYPTION_KEYS;
  const accessKeys = createSigningKeys(signingKeyStore({ db, keyring, now }, "access"));
  const oidc = createOidcClient({
    issuer: settings.OIDC_SERVER_URL,
    clientId: settings.OIDC_CLIENT_ID,
    clientSecret: settings.OIDC_CLIENT_SECRET,
    redirectUri,
    timeoutMs: settings.OIDC_TIMEOUT,
  });
  const rules = {
    adminEmails: settings.ADMIN_EMAILS,
    requireVerifiedEmail: settings.OIDC_REQUIRE_VERIFIED_EMAIL,
    requireApproval: settings.OIDC_REQUIRE_APPROVAL,
  };
  const signIn: ServerDependencies["signIn"] = {
    begin: (visitor) => beginSignIn({ db, oidc, now }, visitor),
    finish: (answer, visitor) => finishSignIn({ db, oidc, accessKeys, rules, now }, answer, visitor),
  };
  const metrics = createMetrics({
    sources: { rows: rowCounts(db), pool: () => db.poolFigures(), changes: () => feed },
    onError: (error) => log.warn({ error }, "figures for the metrics could not be read"),
  });
  const services = { db, keyring, ownUrl: ownUrl.href, now, log, totals };
  return {
    log,
    metrics,
    readiness: createReadiness(db),
    signIn,
    ownUrl,
    publishedKeys: () => publishedKeys({ db, now }),
    trustedProxies: settings.API_TRUSTED_PROXIES,
    stopping,
    context: {
      services,
      identity: { db, accessKeys, now },
      ownUrl,
      signIn,
      redirectUri,
      feed,
      callers,
      noteChange: () => {
        callers.forget();
        totals.forget();
      },
      metrics,
      stopping,
      version: packageJson.version,
    },
  };
}
