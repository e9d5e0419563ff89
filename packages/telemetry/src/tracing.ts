import {
  type Attributes,
  type Context,
  context,
  diag,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

export interface TracingOptions {
  /** The process, as the traces name it. */
  readonly serviceName: string;
  /** Where traces go, by OTLP over HTTP; absent: nothing is loaded, recorded or sent. */
  readonly endpoint?: string | undefined;
  /** Headers for whoever takes them, credentials perhaps. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Share of the traces that begin here which are kept, from 0 to 1; the others' callers have decided. */
  readonly share?: number;
  /** Told why spans were not sent. */
  onError?(reason: string): void;
}

/** Header of the W3C Trace Context by which a trace goes on in another process. */
const TRACE_PARENT = "traceparent";
/** How long a process that stops waits for whoever takes its last spans. */
const LAST_SPANS_MS = 2000;

/**
 * Has what runs in spans recorded and sent, until disposed, which sends the rest. One per process. What goes wrong on the
 * way costs spans and nothing else.
 */
export async function startTracing(options: TracingOptions): Promise<AsyncDisposable> {
  const { serviceName, endpoint, headers = {}, share = 1 } = options;
  if (endpoint === undefined) return { [Symbol.asyncDispose]: async () => {} };
  // Loaded only now: most installations have nobody who looks at traces.
  const [{ AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, exporting, resources, sdk] =
    await Promise.all([
      import("@opentelemetry/context-async-hooks"),
      import("@opentelemetry/core"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/sdk-trace"),
    ]);
  const told = (reason: string) => options.onError?.(reason);
  const url = new URL("v1/traces", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href;
  const exporter = new exporting.OTLPTraceExporter({ url, headers: { ...headers } });
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  diag.setLogger({ error: told, warn: told, info: () => {}, debug: () => {}, verbose: () => {} });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    async [Symbol.asyncDispose]() {
      trace.disable();
      context.disable();
      propagation.disable();
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        told("the last spans could not be sent in time");
        late.resolve();
      }, LAST_SPANS_MS);
      const sent = provider.shutdown().catch((error: unknown) => told(String(error)));
      await Promise.race([sent, late.promise]);
      clearTimeout(timer);
      diag.disable();
    },
  };
}

export interface SpanOptions {
  /** The trace that this goes on with, as another process wrote it (W3C `traceparent`); else the running one. */
  readonly parent?: string | null | undefined;
  readonly attributes?: Attributes;
  /** A request that came, a message that was taken, a request that is made; else work within the process. */
  readonly kind?: keyof typeof kinds;
}

const kinds = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/** Runs work in a span of its own, which ends with it and says whether it failed. Costs nothing while nobody traces. */
export async function inSpan<Result>(
  name: string,
  { parent, attributes = {}, kind = "internal" }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const under: Context = parent
    ? propagation.extract(context.active(), { [TRACE_PARENT]: parent })
    : context.active();
  const options = { attributes, kind: kinds[kind] };
  return await trace.getTracer("platz").startActiveSpan(name, options, under, async (span) => {
    try {
      return await work();
    } catch (error) {
      // Its kind and no more: what it says may hold what no trace should.
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : "failure",
      });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Notes a fact on the span that runs, if one does. */
export function noteOnSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** Marks the span that runs as failed, for a reason that holds no secret. */
export function failSpan(reason: string): void {
  trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: reason });
}

/** The trace that runs, for another process to go on with (W3C `traceparent`); `null` when none does. */
export function traceParent(): string | null {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier[TRACE_PARENT] ?? null;
}
