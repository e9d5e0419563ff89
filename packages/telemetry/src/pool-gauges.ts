import { Gauge, type Registry } from "prom-client";

/** How a pool of database connections stands, and what it has done since it was opened. */
export interface PoolFigures {
  readonly connections: number;
  readonly idle: number;
  readonly direct: number;
  readonly waited: number;
  readonly waitedMs: number;
  readonly timedOut: number;
  readonly opened: number;
  readonly closed: number;
}

/** Names of API spec 10, where they are all gauges. Why a connection was closed the driver does not tell. */
const gauges = [
  ["connections", "connections", "Open connections to the database."],
  ["idle_connections", "idle", "Open connections that nobody uses now."],
  ["get_direct", "direct", "Statements and transactions that had a connection at once, since the start."],
  ["get_waited", "waited", "Statements and transactions that waited for a connection, since the start."],
  ["get_wait_time_ms", "waitedMs", "Milliseconds that they waited together, since the start."],
  ["get_timed_out", "timedOut", "Those that got no connection in time, since the start."],
  ["connections_created", "opened", "Connections opened since the start."],
  ["connections_closed", "closed", "Connections closed or lost since the start."],
] as const satisfies readonly (readonly [string, keyof PoolFigures, string])[];

export function addPoolGauges(registry: Registry, figures: () => PoolFigures): void {
  for (const [name, key, help] of gauges) {
    new Gauge({
      name: `platz_db_pool_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(figures()[key]);
      },
    });
  }
}
