import { ConfigError } from "@platz/config";
import { sleep } from "@platz/worker";
import type { FetchHandler } from "./front-door.ts";
import { problemResponse } from "./routes/problem.ts";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The setting that the port comes from. */
  readonly setting?: string;
  /** Whether other processes may listen on the same port too. */
  readonly sharePort?: boolean;
  /** How long requests may take to end when stopping. */
  readonly graceMs: number;
}

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Above our own cap, so that our own answer is what callers see. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const IDLE_SECONDS_MAX = 255;

/**
 * Serves a handler by Bun until disposed: then no new connection is taken, and requests under way have `graceMs` to
 * end. Throws a `ConfigError` when the address cannot be had.
 */
export function listen(handler: FetchHandler, { graceMs, ...address }: ListenOptions): Listening {
  const { port } = address;
  const server = serve(handler, address);
  return {
    port: server.port ?? port,
    async [Symbol.asyncDispose]() {
      // Its promise would wait for idle connections too, which callers keep open for long.
      void server.stop();
      const deadline = Date.now() + graceMs;
      while (server.pendingRequests > 0 && Date.now() < deadline) await sleep(10);
      await server.stop(true);
    },
  };
}

function serve(
  handler: FetchHandler,
  { host, port, sharePort, setting = "API_PORT" }: Omit<ListenOptions, "graceMs">,
) {
  try {
    return Bun.serve({
      hostname: host,
      port,
      reusePort: sharePort === true,
      // Never Bun's own page of an error, which shows sources, wherever this runs: it would decide by NODE_ENV.
      development: false,
      error: () => problemResponse({ status: 500, message: "internal error" }),
      fetch: (request, server) => handler(request, { address: server.requestIP(request)?.address }),
      idleTimeout: IDLE_SECONDS_MAX,
      maxRequestBodySize: BODY_BYTES_MAX,
    });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EADDRINUSE") {
      throw new ConfigError(
        `${setting}: port ${port} on ${host} is taken by another program; stop it, or choose another port`,
        { cause },
      );
    }
    throw new ConfigError(`API_HOST, ${setting}: cannot listen on port ${port} of ${host}; choose others`, {
      cause,
    });
  }
}
