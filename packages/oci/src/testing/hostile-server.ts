/** Copied when the request comes in: Bun lets go of a request's headers once it is answered. */
export interface RecordedRequest {
  readonly url: string;
  readonly headers: Headers;
}

export interface HostileServer extends Disposable {
  readonly domain: string;
  readonly origin: string;
  /** Every request so far, in order. */
  readonly requests: readonly RecordedRequest[];
}

/** A server on a free loopback port that answers what the test says. Routes that do not exist are 404. */
export function hostileServer(
  routes: Record<string, (request: Request) => Response | Promise<Response>>,
): HostileServer {
  const requests: RecordedRequest[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    fetch(request) {
      requests.push({ url: request.url, headers: new Headers(request.headers) });
      const { pathname } = new URL(request.url);
      return routes[pathname]?.(request) ?? new Response("nothing here", { status: 404 });
    },
  });
  const domain = `127.0.0.1:${server.port}`;
  return {
    domain,
    origin: `http://${domain}`,
    requests,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

/** A body that never ends, of one MiB pieces; `sent` counts them. */
export function endlessBody(): { readonly body: ReadableStream<Uint8Array>; sent(): number } {
  let pieces = 0;
  const piece = new Uint8Array(1024 * 1024).fill(0x20);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      pieces += 1;
      controller.enqueue(piece);
    },
  });
  return { body, sent: () => pieces };
}
