import type { z } from "zod";
import { type Deadline, deadline } from "./deadline.ts";
import type { ClusterConnection } from "./kubeconfig.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { currentToken } from "./token-source.ts";
import { refusal, unreachable } from "./transport-failure.ts";

export interface KubernetesRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query below the server. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there; of a stream, until it begins. */
  readonly timeoutMs?: number;
}

/** One API server over HTTPS. Every failure is a `KubernetesError`, except the caller's own abort. */
export interface Transport {
  /** For what changes something: the answer is read, and let go. */
  send(request: KubernetesRequest): Promise<void>;
  json<Schema extends z.ZodType>(schema: Schema, request: KubernetesRequest): Promise<z.output<Schema>>;
  /** An answer without end; its reader watches over silence. It ends with the signal. */
  stream(request: KubernetesRequest & { readonly signal: AbortSignal }): Promise<ByteStream>;
}

export type ByteStream = AsyncIterable<Uint8Array>;

const TIMEOUT_MS = 30_000;
/** No cluster can fill the agent's memory by one answer. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Requests by fetch with the connection's own TLS material. The Kubernetes client's stock transport relies on `undici`,
 * which Bun replaces by a stub that ignores certificates.
 */
export function createTransport(connection: ClusterConnection): Transport {
  const send = async (request: KubernetesRequest, limit: Deadline): Promise<Response> => {
    const init = requestInit(connection, await currentToken(connection.token), request);
    const response = await fetch(connection.server + request.path, {
      ...init,
      signal: limit.signal,
    }).catch((cause) => {
      request.signal?.throwIfAborted();
      throw unreachable(cause, limit.hasPassed());
    });
    if (response.ok) return response;
    throw refusal(response, request.method ?? "GET", await readText(response).catch(() => ""));
  };
  const text = async (request: KubernetesRequest): Promise<string> => {
    using limit = deadline(request.timeoutMs ?? TIMEOUT_MS, request.signal);
    const response = await send(request, limit);
    return await readText(response).catch((cause) => {
      request.signal?.throwIfAborted();
      throw cause instanceof KubernetesError ? cause : unreachable(cause, limit.hasPassed());
    });
  };
  return {
    async send(request) {
      await text(request);
    },
    async json(schema, request) {
      const answer = await text(request);
      try {
        return schema.parse(JSON.parse(answer));
      } catch (cause) {
        throw new KubernetesError("The cluster's API server gave an answer that makes no sense.", 500, {
          cause,
        });
      }
    },
    async stream(request) {
      const limit = deadline(request.timeoutMs ?? TIMEOUT_MS, request.signal);
      try {
        const response = await send(request, limit);
        limit.lift();
        return bytes(response, request.signal, limit);
      } catch (error) {
        limit[Symbol.dispose]();
        throw error;
      }
    },
  };
}

async function* bytes(response: Response, signal: AbortSignal, limit: Deadline): AsyncGenerator<Uint8Array> {
  try {
    if (response.body !== null) yield* response.body;
  } catch (cause) {
    signal.throwIfAborted();
    throw unreachable(cause, false);
  } finally {
    limit[Symbol.dispose]();
  }
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > ANSWER_BYTES_MAX)
      throw new KubernetesError("The cluster's answer is too large to be read.", 500);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function requestInit(
  connection: ClusterConnection,
  token: string | undefined,
  request: KubernetesRequest,
): BunFetchRequestInit {
  const headers = new Headers({ accept: request.accept ?? "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const hasBody = request.body !== undefined;
  if (hasBody) headers.set("content-type", request.contentType ?? "application/json");
  return {
    method: request.method ?? "GET",
    headers,
    // A redirect would carry the credential elsewhere.
    redirect: "error",
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
    // Bun's own limit; ours covers what may last, and what may not.
    timeout: false,
    tls: {
      ...(connection.ca === undefined ? {} : { ca: connection.ca }),
      ...(connection.cert === undefined ? {} : { cert: connection.cert }),
      ...(connection.key === undefined ? {} : { key: connection.key }),
      ...(connection.serverName === undefined ? {} : { serverName: connection.serverName }),
      rejectUnauthorized: !connection.skipTlsVerify,
    },
  };
}
