/** A span as OTLP over HTTP carries it, as far as tests look at it. */
interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly kind: number;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

/** A collector of traces that keeps what it is sent. */
export function traceCollector() {
  const spans: Span[] = [];
  const paths: string[] = [];
  let headers: Headers | undefined;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      ({ headers } = request);
      paths.push(new URL(request.url).pathname);
      const sent = (await request.json()) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      spans.push(...sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      return Response.json({});
    },
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    spans,
    paths,
    /** Those of the last request. */
    headers: () => headers,
    named: (name: string) => spans.find((span) => span.name === name),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
