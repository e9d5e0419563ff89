import { Gauge, type Registry } from "prom-client";

/** How many things there are, by their labels. */
export interface LabelledCount {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

/** Where the figures about deployments and tasks come from; asked when somebody scrapes, at most every `maxAgeMs`. */
export interface RowCounts {
  /** Labels: `task_status`. */
  taskStatuses(): Promise<readonly LabelledCount[]>;
  /** Labels: `deployment_kind`, `deployment_status`, `cluster_name`. */
  deploymentStatuses(): Promise<readonly LabelledCount[]>;
  /** Labels: `sync_status`. */
  resourceStatuses(): Promise<readonly LabelledCount[]>;
}

export interface RowGaugesOptions {
  readonly maxAgeMs: number;
  readonly now: () => number;
  onError(error: unknown): void;
}

/** Gives what brings the gauges up to date. A count that fails leaves the last figures in place. */
export function addRowGauges(registry: Registry, counts: RowCounts, options: RowGaugesOptions) {
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
  const resources = new Gauge({
    name: "platz_deployment_resource_status_counter",
    help: "Resources of deployments by whether their application has agreed to them.",
    labelNames: ["sync_status"],
    registers: [registry],
  });
  let freshUntil = Number.NEGATIVE_INFINITY;

  return async () => {
    if (options.now() < freshUntil) return;
    freshUntil = options.now() + options.maxAgeMs;
    try {
      const [taskCounts, deploymentCounts, resourceCounts] = await Promise.all([
        counts.taskStatuses(),
        counts.deploymentStatuses(),
        counts.resourceStatuses(),
      ]);
      // All at once, without a pause in between, so that no scrape sees half of it.
      refill(tasks, taskCounts);
      refill(deployments, deploymentCounts);
      refill(resources, resourceCounts);
    } catch (error) {
      options.onError(error);
    }
  };
}

function refill(gauge: Gauge, counts: readonly LabelledCount[]): void {
  gauge.reset();
  for (const { labels, count } of counts) gauge.inc({ ...labels }, count);
}
