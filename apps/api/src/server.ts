import { type Route, requireRoute, routeMatrix } from "@platz/api";
import type { Logger } from "@platz/telemetry";
import { Elysia } from "elysia";
import type { TrustedProxies } from "./client-address.ts";
import { type ContextDependencies, callerOf, createContext } from "./context.ts";
import { type FetchHandler, frontDoor } from "./front-door.ts";
import type { Readiness } from "./readiness.ts";
import { factsOf, type RequestFacts } from "./request-facts.ts";
import { auditExportRoutes } from "./routes/audit-export.ts";
import { healthRoutes } from "./routes/health.ts";
import { keysRoutes, type PublishedKeys } from "./routes/keys.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { problemOf, problemResponse } from "./routes/problem.ts";
import { type SignInRoutesOptions, signInRoutes } from "./routes/sign-in.ts";
import { trpcRoutes } from "./routes/trpc.ts";

export interface ServerDependencies extends Omit<SignInRoutesOptions, "authenticate" | "noteChange"> {
  readonly log: Logger;
  readonly context: ContextDependencies;
  readonly readiness: Readiness;
  readonly publishedKeys: PublishedKeys;
  /** Aborted when the process is asked to stop: callers are to connect elsewhere from then on. */
  readonly draining: AbortSignal;
  /** Aborted when it does: streams end then. */
  readonly stopping: AbortSignal;
  readonly trustedProxies: TrustedProxies;
  /** Whether machines read figures at a port of their own, and nobody at that of the API. */
  readonly figuresAreApart: boolean;
}

export interface Server {
  readonly fetch: FetchHandler;
  /** `/status`, `/ready` and `/metrics` alone, for a port that only machines reach. */
  readonly figures: FetchHandler;
}

/** The whole HTTP surface as one web-standard handler, for Bun, Deno and Node alike. It opens and owns nothing. */
export function createServer(dependencies: ServerDependencies): Server {
  const { log, metrics, readiness, context, draining, stopping, trustedProxies } = dependencies;
  const callerAt = (route: Route) => (request: Request) =>
    requireRoute(createContext(context, request), route);
  const bare = () =>
    new Elysia()
      .onError(({ error, code, request }) => {
        if (code === "NOT_FOUND") {
          return problemResponse({
            status: 404,
            message: `There is nothing at ${request.method} ${new URL(request.url).pathname}.`,
          });
        }
        const { status, message, isOurs } = problemOf(error);
        if (isOurs) factsOf(request).log.error({ error }, "a route failed");
        return problemResponse({ status, message });
      })
      .use(healthRoutes(readiness));
  const withFigures = () => bare().use(metricsRoutes(metrics));
  const figures = withFigures();
  const app = (dependencies.figuresAreApart ? bare() : withFigures())
    .use(keysRoutes(dependencies.publishedKeys))
    .use(
      signInRoutes({
        ...dependencies,
        authenticate: callerAt("POST /auth/logout"),
        noteChange: context.noteChange,
      }),
    )
    .use(auditExportRoutes({ authenticate: callerAt("GET /audit/export") }))
    .use(trpcRoutes({ createContext: (request) => createContext(context, request) }));
  requireListed(app.routes);
  const door = {
    log,
    metrics,
    draining,
    stopping,
    trustedProxies,
    atOnce: context.atOnce,
    identify: (request: Request, facts: RequestFacts) => callerOf(context, request, facts),
  };
  return {
    fetch: frontDoor((request: Request) => app.handle(request), door),
    figures: frontDoor((request: Request) => figures.handle(request), door),
  };
}

/** Throws for a route that the matrix does not list: nobody has said who may ask there. */
function requireListed(routes: readonly { readonly method: string; readonly path: string }[]): void {
  const served = routes
    .filter(({ path }) => path !== "/trpc/*")
    .map(({ method, path }) => `${method} ${path}`);
  const unknown = served.filter((route) => !Object.hasOwn(routeMatrix, route));
  if (unknown.length > 0) throw new Error(`routes that the permission matrix does not list: ${unknown}`);
}
