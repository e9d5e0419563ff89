import { type ApiContext, appRouter } from "@platz/api";
import { BATCH_CALLS_MAX, TooManyRequests } from "@platz/domain";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Elysia } from "elysia";
import { factsOf } from "../request-facts.ts";
import { Refusal, retryAfter } from "./problem.ts";

export interface TrpcRoutesOptions {
  createContext(request: Request): ApiContext;
}

/** The procedures of `@platz/api`. What no caller is told of a failure goes to the log. */
export function trpcRoutes({ createContext }: TrpcRoutesOptions) {
  return new Elysia().all(
    "/trpc/*",
    ({ request }) => {
      requireJson(request);
      return fetchRequestHandler({
        endpoint: "/trpc",
        req: request,
        router: appRouter,
        maxBatchSize: BATCH_CALLS_MAX,
        createContext: () => createContext(request),
        responseMeta: ({ errors }) => {
          const limit = errors.find(({ cause }) => cause instanceof TooManyRequests)?.cause;
          return limit instanceof TooManyRequests ? { headers: retryAfter(limit.retryAfterMs) } : {};
        },
        onError({ error, path }) {
          const isOurs = error.code === "INTERNAL_SERVER_ERROR" || error.code === "SERVICE_UNAVAILABLE";
          const { log } = factsOf(request);
          const fields = { procedure: path, error: error.cause ?? error };
          if (isOurs) log.error(fields, "a procedure failed");
          else log.debug(fields, "a procedure was refused");
        },
      });
    },
    // The handler reads the body itself.
    { parse: "none" },
  );
}

/** Refuses what tRPC would read as a form or as bytes: no procedure takes either. */
function requireJson({ method, headers }: Request): void {
  const type = headers.get("content-type");
  if (type === null && method === "GET") return;
  if (type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json") return;
  throw new Refusal(415, "Procedures take JSON: send the header content-type: application/json.");
}
