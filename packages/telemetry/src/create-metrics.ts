import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** How many things there are, by their labels. */
export interface LabelledCount {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

/** Where the figures about deployments and tasks come from; asked when somebody scrapes, at most every `maxAgeMs`. */
export interface MetricsSources {
  /** Labels: `task_status`. */
  taskStatuses(): Promise<readonly LabelledCount[]>;
  /** Labels: `deployment_kind`, `deployment_status`, `cluster_name`. */
  deploymentStatuses(): Promise<readonly LabelledCount[]>;
}

export interface Metrics {
  /** Counts one answered request. `route` is a pattern, never a path that a caller chose. */
  observeRequest(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  countSignIn(result: "success" | "refused" | "error"): void;
  /** Everything in the text format of Prometheus. A source that fails leaves its last figures in place. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  readonly sources?: MetricsSources;
  /** How old figures of `sources` may be before they are asked again. */
  readonly maxAgeMs?: number;
  readonly now?: () => number;
  readonly onError?: (error: unknown) => void;
}

/** Metrics in a registry of their own, with the names of API spec 10 and some of HTTP and sign-in. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  addDefaults(registry, options.onError);
  const requests = new Histogram({
    name: "platz_http_request_duration_seconds",
    help: "Time to answer HTTP requests.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const signIns = new Counter({
    name: "platz_sign_ins_total",
    help: "Finished sign-ins by result.",
    labelNames: ["result"],
    registers: [registry],
  });
  const refresh =
    options.sources === undefined ? async () => {} : counters(registry, options, options.sources);

  return {
    observeRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status }, seconds),
    countSignIn: (result) => signIns.inc({ result }),
    async expose() {
      await refresh();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

/** Not every runtime offers all that the default metrics ask for; the rest is worth having without them. */
function addDefaults(registry: Registry, onError: MetricsOptions["onError"]): void {
  try {
    collectDefaultMetrics({ register: registry });
  } catch (error) {
    onError?.(error);
  }
}

function counters(registry: Registry, options: MetricsOptions, sources: MetricsSources) {
  const tasks = new Gauge({
    name: "platz_deployment_task_status_counter",
    help: "Deployment tasks by status.",
    labelNames: ["task_status"],
    registers: [registry],
  });
  const deployments = new Gauge({
    name: "platz_deployment_status_counter",
    help: "Deployments by kind, status and cluster.",
    labelNames: ["deployment_kind", "deployment_status", "cluster_name"],
    registers: [registry],
  });
  const now = options.now ?? Date.now;
  let freshUntil = Number.NEGATIVE_INFINITY;

  return async () => {
    if (now() < freshUntil) return;
    freshUntil = now() + (options.maxAgeMs ?? 5000);
    try {
      const [taskCounts, deploymentCounts] = await Promise.all([
        sources.taskStatuses(),
        sources.deploymentStatuses(),
      ]);
      // Both at once, without a pause in between, so that no scrape sees half of it.
      refill(tasks, taskCounts);
      refill(deployments, deploymentCounts);
    } catch (error) {
      options.onError?.(error);
    }
  };
}

function refill(gauge: Gauge, counts: readonly LabelledCount[]): void {
  gauge.reset();
  for (const { labels, count } of counts) gauge.inc({ ...labels }, count);
}
