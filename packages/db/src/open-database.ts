import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { PoolMeter } from "./pool-meter.ts";

/** How a pool is opened; what is absent follows API spec 1.2. */
export interface DatabaseOptions {
  /** Connections at most. */
  readonly max?: number;
  /** How long to wait for a connection, in seconds. */
  readonly connectTimeoutSeconds?: number;
  readonly idleTimeoutSeconds?: number;
  readonly maxLifetimeSeconds?: number;
  /** Name that the server's own views show for these connections. */
  readonly applicationName?: string;
  readonly tls?: postgres.Options<Record<string, never>>["ssl"];
}

const RECONNECT_SECONDS_MAX = 3;

/** The driver's own pause between tries grows so long that a database which is back would still seem to be away. */
function reconnectSeconds(failures: number): number {
  return Math.min(3 ** failures / 100, RECONNECT_SECONDS_MAX) * (0.5 + Math.random() / 2);
}

/** Opens a pool. Nothing in this package connects on import; whoever calls this owns closing it. */
export function openDatabase(url: string, options: DatabaseOptions = {}) {
  const max = options.max ?? 10;
  const meter = new PoolMeter(max);
  const settings = {
    connect_timeout: options.connectTimeoutSeconds ?? 30,
    idle_timeout: options.idleTimeoutSeconds ?? 600,
    max_lifetime: options.maxLifetimeSeconds ?? 1800,
    connection: {
      application_name: options.applicationName ?? "platz",
      // The default is that of a spinning disk: it would have lists read whole tables beside their indexes.
      random_page_cost: 1.1,
    },
    backoff: reconnectSeconds,
    onnotice: () => {},
    ...(options.tls === undefined ? {} : { ssl: options.tls }),
  };
  const client = postgres(url, {
    ...settings,
    max,
    debug: (connection) => meter.sent(connection),
    onclose: (connection) => meter.lost(connection),
  });
  prepareStatements(client);
  return Object.assign(drizzle({ client: meter.around(client) }), {
    /** A client for following notifications, beside the pool; whoever opens it ends it. */
    openListener: () => postgres(url, { ...settings, max: 1 }),
    /** How the pool stands. */
    poolFigures: () => meter.figures,
    [Symbol.asyncDispose]: () => client.end({ timeout: 5 }),
  });
}

/** Statements with more parameters than this, such as inserts of many rows, hardly come again as they are. */
const PREPARED_PARAMETERS_MAX = 50;

/**
 * Has statements prepared, which drizzle only does for those that are named: without, each of them costs the database
 * another round trip and another plan. Not those that search for a part of a text: one plan for whatever text would be
 * wrong for most. A connection forgets what it has prepared at the end of its life.
 */
function prepareStatements(client: postgres.Sql): void {
  const unsafe = client.unsafe;
  client.unsafe = (query, parameters = [], options = {}) => {
    const isWorthIt = parameters.length <= PREPARED_PARAMETERS_MAX && !query.includes(" ilike ");
    return unsafe(query, parameters, { ...options, prepare: isWorthIt });
  };
}

export type Database = ReturnType<typeof openDatabase>;

/** A database or an open transaction: what every query accepts. */
export type Queryable = Pick<
  Database,
  "select" | "selectDistinct" | "insert" | "update" | "delete" | "execute"
>;
