import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { addPoolGauges, type PoolFigures } from "./pool-gauges.ts";
import { addRowGauges, type RowCounts } from "./row-gauges.ts";

export interface Metrics {
  /** Counts one answered request. `route` is a pattern, never a path that a caller chose. */
  observeRequest(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** Counts one call of a procedure that exists, by `ok` or the kind of its error. */
  observeCall(call: { readonly procedure: string; readonly outcome: string; readonly seconds: number }): void;
  countSignIn(result: "success" | "refused" | "error"): void;
  /** Everything in the text format of Prometheus. A source that fails leaves its last figures in place. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** What is asked for its present figures whenever somebody scrapes. */
export interface MetricsSources {
  readonly rows?: RowCounts;
  readonly pool?: () => PoolFigures;
  readonly changes?: () => ChangeFeedFigures;
  readonly atOnce?: () => readonly AtOnceFigures[];
  /** How far the audit log is chained. */
  readonly audit?: () => { readonly position: number };
}

/** Of one thing that callers may have so many of at once. */
export interface AtOnceFigures {
  readonly what: string;
  readonly count: number;
  /** Since the start. */
  readonly refused: number;
}

export interface ChangeFeedFigures {
  readonly isListening: boolean;
  /** Streams of live events that are open now. */
  readonly readers: number;
}

export interface MetricsOptions {
  readonly sources?: MetricsSources;
  /** How old figures of rows may be before they are counted again. */
  readonly maxAgeMs?: number;
  readonly now?: () => number;
  readonly onError?: (error: unknown) => void;
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * Metrics in a registry of their own: those of API spec 10, and how often, how long and with what outcome requests and
 * procedures are answered. No label holds what a caller can choose freely.
 */
export function createMetrics({ sources = {}, ...options }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const onError = (error: unknown) => options.onError?.(error);
  addDefaults(registry, onError);
  if (sources.pool !== undefined) addPoolGauges(registry, sources.pool);
  if (sources.changes !== undefined) addChangeGauges(registry, sources.changes);
  if (sources.atOnce !== undefined) addAtOnceGauges(registry, sources.atOnce);
  if (sources.audit !== undefined) addAuditGauge(registry, sources.audit);
  const { maxAgeMs = 5000, now = Date.now } = options;
  const refresh = sources.rows && addRowGauges(registry, sources.rows, { maxAgeMs, now, onError });
  return {
    ...trafficMetrics(registry),
    async expose() {
      await refresh?.();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function trafficMetrics(registry: Registry): Omit<Metrics, "expose"> {
  const registers = [registry];
  const requests = new Histogram({
    name: "platz_http_request_duration_seconds",
    help: "Time to answer HTTP requests.",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS,
    registers,
  });
  const calls = new Counter({
    name: "platz_procedure_calls_total",
    help: "Calls of procedures by outcome: ok, or the kind of error.",
    labelNames: ["procedure", "outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "platz_procedure_duration_seconds",
    help: "Time that procedures take; of a subscription, until it begins.",
    labelNames: ["procedure"],
    buckets: BUCKETS,
    registers,
  });
  const signIns = new Counter({
    name: "platz_sign_ins_total",
    help: "Finished sign-ins by result.",
    labelNames: ["result"],
    registers,
  });
  return {
    observeRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status }, seconds),
    observeCall({ procedure, outcome, seconds }) {
      calls.inc({ procedure, outcome });
      durations.observe({ procedure }, seconds);
    },
    countSignIn: (result) => signIns.inc({ result }),
  };
}

function addChangeGauges(registry: Registry, figures: () => ChangeFeedFigures): void {
  new Gauge({
    name: "platz_change_feed_listening",
    help: "1 while changes of the database arrive as they happen.",
    registers: [registry],
    collect() {
      this.set(figures().isListening ? 1 : 0);
    },
  });
  new Gauge({
    name: "platz_event_streams",
    help: "Open streams of live events.",
    registers: [registry],
    collect() {
      this.set(figures().readers);
    },
  });
}

function addAuditGauge(registry: Registry, figures: () => { readonly position: number }): void {
  new Gauge({
    name: "platz_audit_chain_position",
    help: "How far the audit log is chained; it never falls.",
    registers: [registry],
    collect() {
      this.set(figures().position);
    },
  });
}

function addAtOnceGauges(registry: Registry, figures: () => readonly AtOnceFigures[]): void {
  new Gauge({
    name: "platz_callers_at_once",
    help: "What callers have under way now, of what each may have so much of at once.",
    labelNames: ["what"],
    registers: [registry],
    collect() {
      for (const { what, count } of figures()) this.set({ what }, count);
    },
  });
  new Counter({
    name: "platz_callers_at_once_refused_total",
    help: "How often a caller was refused who had too much under way.",
    labelNames: ["what"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { what, refused } of figures()) this.inc({ what }, refused);
    },
  });
}

/** Not every runtime offers all that the default metrics ask for; the rest is worth having without them. */
function addDefaults(registry: Registry, onError: (error: unknown) => void): void {
  try {
    collectDefaultMetrics({ register: registry });
  } catch (error) {
    onError(error);
  }
}
