import type { ClusterConnection } from "../kubeconfig.ts";

export interface FaultProxy extends Disposable {
  /** How the cluster is reached through it. */
  readonly connection: ClusterConnection;
  /** What was asked for, in order. */
  readonly requests: readonly URL[];
  /** Changes a request on its way, or answers it in the server's place. Set by the test, at any time. */
  fault: (url: URL) => Response | undefined;
  /** Says something on every open stream, as if it came from the server. */
  say(text: string): void;
  /** Ends every open stream: in good order, or by a broken connection. */
  end(how: "orderly" | "broken"): void;
}

/** Stands before a real API server, and is a bad network when the test wants one. */
export function faultProxy(real: ClusterConnection): FaultProxy {
  const requests: URL[] = [];
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    async fetch(request) {
      const url = new URL(request.url);
      requests.push(new URL(url));
      const answer = proxy.fault(url);
      if (answer !== undefined) return answer;
      const response = await fetch(`${real.server}${url.pathname}${url.search}`, {
        method: request.method,
        headers: { accept: request.headers.get("accept") ?? "application/json" },
        signal: request.signal,
        tls: tlsOf(real),
      });
      if (!url.searchParams.has("watch") || response.body === null) return response;
      return new Response(tapped(response.body, streams), { status: response.status });
    },
  });
  const proxy: FaultProxy = {
    connection: { ...real, server: `http://127.0.0.1:${server.port}` },
    requests,
    fault: () => undefined,
    say(text) {
      for (const stream of streams) stream.enqueue(new TextEncoder().encode(text));
    },
    end(how) {
      for (const stream of streams) {
        streams.delete(stream);
        if (how === "orderly") stream.close();
        else stream.error(new Error("broken by the test"));
      }
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
  return proxy;
}

function tlsOf({ ca, cert, key }: ClusterConnection) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** The stream with a second mouth. What the server still says after the test ended it is dropped. */
function tapped(body: ReadableStream<Uint8Array>, streams: Set<Controller>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let mine: Controller | undefined;
  const forget = () => {
    if (mine !== undefined) streams.delete(mine);
    return reader.cancel().catch(() => undefined);
  };
  const pump = async (controller: Controller) => {
    for (;;) {
      const { done, value } = await reader.read();
      if (!streams.has(controller)) return;
      if (done) {
        streams.delete(controller);
        return controller.close();
      }
      controller.enqueue(value);
    }
  };
  return new ReadableStream({
    start(controller) {
      mine = controller;
      streams.add(controller);
      pump(controller).catch(forget);
    },
    cancel: forget,
  });
}
