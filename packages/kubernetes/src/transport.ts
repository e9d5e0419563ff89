import { z } from "zod";
import type { ClusterConnection } from "./kubeconfig.ts";
import { KubernetesError } from "./kubernetes-error.ts";

/**
 * Bun's fetch opens at most 256 requests at once per process, and a watch is a request that stays open: a process that
 * watches many clusters must be started with `BUN_CONFIG_MAX_HTTP_REQUESTS` set to more.
 */
export const WATCHES_PER_CLUSTER = 5;

export interface KubernetesRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query below the server. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there, in ms; `null` for a stream that lasts. */
  readonly timeoutMs?: number | null;
}

/** One API server over HTTPS. Every failure is a `KubernetesError`, except the caller's own abort. */
export interface Transport {
  send(request: KubernetesRequest): Promise<Response>;
  json<Schema extends z.ZodType>(schema: Schema, request: KubernetesRequest): Promise<z.output<Schema>>;
}

const TIMEOUT_MS = 30_000;

/**
 * Requests by fetch with the connection's own TLS material: the Kubernetes client's stock transport relies on
 * `undici`, which Bun replaces by a stub that ignores certificates.
 */
export function createTransport(connection: ClusterConnection): Transport {
  const tls = {
    ...(connection.ca === undefined ? {} : { ca: connection.ca }),
    ...(connection.cert === undefined ? {} : { cert: connection.cert }),
    ...(connection.key === undefined ? {} : { key: connection.key }),
    ...(connection.serverName === undefined ? {} : { serverName: connection.serverName }),
    rejectUnauthorized: !connection.skipTlsVerify,
  };
  const send = async (request: KubernetesRequest): Promise<Response> => {
    const { timeoutMs = TIMEOUT_MS, signal } = request;
    const timeout = timeoutMs === null ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [timeout, signal].filter((each) => each !== undefined);
    const response = await fetch(connection.server + request.path, {
      ...requestInit(connection, request),
      signal: AbortSignal.any(signals),
      tls,
      // A stream may be silent for long: the caller watches over that.
      ...(timeoutMs === null ? { timeout: false } : {}),
    } as RequestInit).catch((cause) => {
      signal?.throwIfAborted();
      throw unreachable(cause, timeout?.aborted ? timeoutMs : null);
    });
    if (!response.ok) throw await refused(response, request);
    return response;
  };
  return {
    send,
    async json(schema, request) {
      const response = await send(request);
      try {
        return schema.parse(await response.json());
      } catch (cause) {
        request.signal?.throwIfAborted();
        if (cause instanceof z.ZodError) {
          throw new KubernetesError("The API server gave an answer that makes no sense.", 500, { cause });
        }
        throw unreachable(cause, TIMEOUT_MS);
      }
    },
  };
}

function requestInit(connection: ClusterConnection, request: KubernetesRequest): RequestInit {
  const headers = new Headers({ accept: request.accept ?? "application/json" });
  if (connection.token !== undefined) headers.set("authorization", `Bearer ${connection.token}`);
  const init: RequestInit = { method: request.method ?? "GET", headers, redirect: "error" };
  if (request.body === undefined) return init;
  headers.set("content-type", request.contentType ?? "application/json");
  return { ...init, body: JSON.stringify(request.body) };
}

function unreachable(cause: unknown, timeoutMs: number | null): KubernetesError {
  const why =
    timeoutMs === null
      ? `cannot be reached (${reason(cause)})`
      : `did not answer within ${Math.round(timeoutMs / 1000)} s`;
  return new KubernetesError(`The cluster's API server ${why}.`, 0, { cause });
}

/** The kind of network failure, without the address that the runtime's message may hold. */
function reason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/CERT|SELF_SIGNED|ISSUER|VERIFY|ALTNAME/i.test(code)) return "its certificate is not trusted";
  return code === "ConnectionRefused" || code === "ECONNREFUSED"
    ? "connection refused"
    : code || "network failure";
}

const Status = z.object({ message: z.string() });

async function refused(response: Response, request: KubernetesRequest): Promise<KubernetesError> {
  const text = await response.text().catch(() => "");
  const message = Status.safeParse(jsonOf(text)).data?.message ?? `HTTP ${response.status}`;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  // The server's own sentence names object and rule; of a secret it repeats no value.
  const said = message.length > 500 ? `${message.slice(0, 500)}…` : message;
  return new KubernetesError(
    `The cluster refused ${request.method ?? "GET"}: ${said}`,
    response.status,
    Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {},
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
