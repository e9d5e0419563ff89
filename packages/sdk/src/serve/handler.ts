import type { Caller, Verifier } from "../caller/caller.ts";
import { Refusal } from "../refusal.ts";
import { surroundings } from "../surroundings.ts";

/** Answers requests of Platz; web-standard, so that any server can stand in front of it. */
export interface Handler {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Whether a request is for this one, by its path alone. */
  readonly handles: (request: Request) => boolean;
}

export interface HandlerOptions {
  /** Who is let in. Made by `createVerifier`. */
  readonly verify: Verifier;
  /** Told what went wrong on our side; the caller is not. The console unless given. */
  readonly onError?: (error: unknown, request: Request) => void;
}

/** What is known of a request once its caller has been let in. */
export interface Call {
  readonly request: Request;
  readonly caller: Caller;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  answer(call: Call): Promise<Response>;
}

/** Lets callers in, finds their route, and makes JSON of whatever is refused or goes wrong. */
export function createHandler(
  { verify, onError = tell, maxBodyBytes }: HandlerOptions & { readonly maxBodyBytes?: number },
  routes: readonly Route[],
): Handler {
  const paths = new Set(routes.map(({ path }) => path));
  async function answer(request: Request): Promise<Response> {
    const caller = await verify(request, { maxBodyBytes });
    return await routeOf(routes, request).answer({ request, caller });
  }
  return {
    handles: (request) => paths.has(pathOf(request)),
    async fetch(request) {
      try {
        return await answer(request);
      } catch (error) {
        if (!(error instanceof Refusal) || error.status >= 500) onError(error, request);
        return error instanceof Refusal ? refused(error) : problem(500, "The application failed.");
      }
    },
  };
}

function routeOf(routes: readonly Route[], request: Request): Route {
  const { method } = request;
  const path = pathOf(request);
  const here = routes.filter((route) => route.path === path);
  if (here.length === 0) throw new Refusal(`There is nothing at ${path}.`, { status: 404 });
  const route = here.find((route) => route.method === method);
  if (route !== undefined) return route;
  const methods = here.map((route) => route.method).join(" or ");
  throw new Refusal(`Ask ${path} by ${methods}, not by ${method}.`, { status: 405 });
}

function refused({ status, message }: Refusal): Response {
  return problem(status, message, status === 401 ? { "www-authenticate": "Bearer" } : {});
}

function problem(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers: { ...headers, "cache-control": "no-store" } });
}

/** The path of a request, without its query. */
export const pathOf = (request: Request): string => new URL(request.url).pathname;

function tell(error: unknown, request: Request): void {
  surroundings.error(`@platz/sdk: ${request.method} ${pathOf(request)} failed.`, error);
}
