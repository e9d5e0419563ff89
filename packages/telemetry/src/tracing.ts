import {
  type Attributes,
  type Context,
  context,
  propagation,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

export interface TracingOptions {
  /** The process, as the traces name it. */
  readonly serviceName: string;
  /** Where traces go, by OTLP over HTTP; absent: nothing is loaded, recorded or sent. */
  readonly endpoint?: string | undefined;
}

/** Header of the W3C Trace Context by which a trace goes on in another process. */
const TRACE_PARENT = "traceparent";

/**
 * Has what runs in spans recorded and sent, until disposed, which sends the rest. One per process. What goes wrong on the
 * way costs spans and nothing else.
 */
export async function startTracing({ serviceName, endpoint }: TracingOptions): Promise<AsyncDisposable> {
  if (endpoint === undefined) return { [Symbol.asyncDispose]: async () => {} };
  // Loaded only now: most installations have nobody who looks at traces.
  const [{ AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, exporter, resources, sdk] =
    await Promise.all([
      import("@opentelemetry/context-async-hooks"),
      import("@opentelemetry/core"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/sdk-trace-base"),
    ]);
  const url = new URL("v1/traces", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href;
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url }))],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    async [Symbol.asyncDispose]() {
      trace.disable();
      context.disable();
      propagation.disable();
      await provider.shutdown().catch(() => {});
    },
  };
}

export interface SpanOptions {
  /** The trace that this goes on with, as another process wrote it (W3C `traceparent`); else the running one. */
  readonly parent?: string | null | undefined;
  readonly attributes?: Attributes;
}

/** Runs work in a span of its own, which ends with it and says whether it failed. Costs nothing while nobody traces. */
export async function inSpan<Result>(
  name: string,
  { parent, attributes = {} }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const under: Context = parent
    ? propagation.extract(context.active(), { [TRACE_PARENT]: parent })
    : context.active();
  return await trace.getTracer("platz").startActiveSpan(name, { attributes }, under, async (span) => {
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

/** The trace that runs, for another process to go on with (W3C `traceparent`); `null` when none does. */
export function traceParent(): string | null {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier[TRACE_PARENT] ?? null;
}
