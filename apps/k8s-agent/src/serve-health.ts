import { ConfigError } from "@platz/config";
import type { Metrics } from "@platz/telemetry";

export interface HealthFacts {
  readonly tasksRunning: number;
  readonly clustersConnected: number;
  /** Parts of the world, such as regions, that clusters could not be looked for in the last time. */
  readonly blindSpots: number;
  /** Rows that a resync had to correct, since the start. Flat is healthy. */
  readonly resyncCorrections: number;
  /** What the agent may not do on one or another cluster of what it has to. */
  readonly missingRights: readonly string[];
  /** On how many. */
  readonly clustersLackingRights: number;
}

export interface RunningHealth extends AsyncDisposable {
  readonly port: number;
}

/**
 * Answers `/status` (that the process lives, and what it does) and `/metrics` (Prometheus) on a port. Nothing that it
 * says names a deployment or a cluster. Throws a `ConfigError` when the port is taken.
 */
export function serveHealth(
  port: number,
  { metrics, facts }: { readonly metrics: Pick<Metrics, "expose">; facts(): HealthFacts },
): RunningHealth {
  const routes: Readonly<Record<string, () => Response | Promise<Response>>> = {
    "/status": () => Response.json({ status: "ok", ...facts() }),
    "/metrics": async () => {
      const { contentType, body } = await metrics.expose();
      return new Response(`${body}${gauges(facts())}`, { headers: { "content-type": contentType } });
    },
  };
  const fetch = (request: Request) => {
    const path = URL.parse(request.url)?.pathname;
    if (path === undefined) return new Response("the Host header is no host name", { status: 400 });
    return routes[path]?.() ?? new Response("not found", { status: 404 });
  };
  // Never Bun's own page of an error, which shows sources, wherever this runs: it would decide by NODE_ENV.
  const error = () => new Response("internal error", { status: 500 });
  try {
    const server = Bun.serve({ port, fetch, error, development: false });
    return { port: server.port ?? port, [Symbol.asyncDispose]: () => server.stop(true) };
  } catch (cause) {
    throw new ConfigError(`PLATZ_AGENT_HTTP_PORT: port ${port} cannot be listened on; choose another one`, {
      cause,
    });
  }
}

const gauges = (facts: HealthFacts) => `
# HELP platz_agent_tasks_running Deployment tasks that this agent runs now.
# TYPE platz_agent_tasks_running gauge
platz_agent_tasks_running ${facts.tasksRunning}
# HELP platz_agent_clusters_connected Clusters that this agent is connected to now.
# TYPE platz_agent_clusters_connected gauge
platz_agent_clusters_connected ${facts.clustersConnected}
# HELP platz_agent_clusters_lacking_rights Clusters on which this agent may not do all that it has to.
# TYPE platz_agent_clusters_lacking_rights gauge
platz_agent_clusters_lacking_rights ${facts.clustersLackingRights}
# HELP platz_agent_discovery_blind_spots Parts that clusters could not be looked for in the last time.
# TYPE platz_agent_discovery_blind_spots gauge
platz_agent_discovery_blind_spots ${facts.blindSpots}
# HELP platz_agent_resync_corrections_total Rows that a resync had to correct.
# TYPE platz_agent_resync_corrections_total counter
platz_agent_resync_corrections_total ${facts.resyncCorrections}
`;
