import { CallersAtOnce } from "@platz/api";
import { createOidcClient, createSigningKeys } from "@platz/auth";
import type { Database } from "@platz/db";
import type { Sandbox } from "@platz/sandbox";
import {
  beginSignIn,
  CallerCache,
  createChartComputer,
  EventFeed,
  FreshCache,
  finishSignIn,
  publishedKeys,
  sealPast,
  signingKeyStore,
} from "@platz/services";
import { createMetrics, type Logger } from "@platz/telemetry";
import packageJson from "../package.json" with { type: "json" };
import { AuditChainer } from "./audit-chainer.ts";
import type { FetchHandler } from "./front-door.ts";
import { createReadiness } from "./readiness.ts";
import { rowCounts } from "./row-counts.ts";
import { createServer, type ServerDependencies } from "./server.ts";
import type { ApiSettings } from "./settings.ts";

/** The API as a web-standard handler, with what runs beside it; it listens nowhere and migrates nothing. */
export interface ComposedHandler extends AsyncDisposable {
  readonly fetch: FetchHandler;
  /** What only machines are to reach: health and figures. */
  readonly figures: FetchHandler;
}

export interface HandlerParts {
  readonly log: Logger;
  readonly db: Database;
  /** What computes what charts decide; without one, this process does. */
  readonly sandbox?: Sandbox | undefined;
  /** Aborted when the process is asked to stop: it is not ready from then on. */
  readonly draining: AbortSignal;
  /** Aborted when it does: streams break off. */
  readonly stopping: AbortSignal;
}

/** Puts the API together, for whichever runtime serves it. Once disposed, changes are followed no more. */
export function composeHandler(settings: ApiSettings, parts: HandlerParts): ComposedHandler {
  const { log, db } = parts;
  const composed = new AsyncDisposableStack();
  const feed = composed.use(EventFeed.start({ db, log }));
  const callers = composed.use(new CallerCache({ feed }));
  const totals = composed.use(new FreshCache<number>({ feed }));
  const now = () => new Date();
  const keyring = settings.PLATZ_ENCRYPTION_KEYS;
  const keys = createSigningKeys(signingKeyStore({ db, keyring, now }, "audit"));
  // Once an entry is chained nothing can be taken out of it any more.
  const first = async () => {
    await sealPast({ db, keyring, log }, { signal: parts.stopping });
    parts.stopping.throwIfAborted();
  };
  const chainer = composed.use(AuditChainer.start({ db, log, now, keys, first }));
  const { fetch, figures } = createServer(
    serverDependencies(settings, { ...parts, feed, callers, totals, chainer }),
  );
  return { fetch, figures, [Symbol.asyncDispose]: () => composed.disposeAsync() };
}

interface Composed extends HandlerParts {
  readonly feed: EventFeed;
  readonly callers: CallerCache;
  readonly totals: FreshCache<number>;
  readonly chainer: AuditChainer;
}

function serverDependencies(
  settings: ApiSettings,
  { db, log, sandbox, feed, callers, totals, chainer, draining, stopping }: Composed,
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
    finish: (answer, visitor) => finishSignIn({ db, oidc, accessKeys, rules, log, now }, answer, visitor),
  };
  const atOnce = new CallersAtOnce();
  const figuresAreApart = settings.PLATZ_HTTP_PORT !== undefined;
  const metrics = createMetrics({
    sources: {
      rows: rowCounts(db, { mayName: figuresAreApart }),
      pool: () => db.poolFigures(),
      changes: () => feed,
      atOnce: () => atOnce.figures(),
      audit: () => chainer,
    },
    onError: (error) => log.warn({ error }, "figures for the metrics could not be read"),
  });
  const computer = sandbox && createChartComputer({ sandbox, db, log });
  const reservedHosts = settings.PLATZ_RESERVED_HOSTS;
  const services = { db, keyring, ownUrl: ownUrl.href, reservedHosts, now, log, totals, computer };
  return {
    log,
    metrics,
    draining,
    readiness: createReadiness({ db, feed, draining }),
    signIn,
    ownUrl,
    publishedKeys: () => publishedKeys({ db, now }),
    trustedProxies: settings.API_TRUSTED_PROXIES,
    figuresAreApart,
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
      atOnce,
      stopping,
      version: packageJson.version,
    },
  };
}
