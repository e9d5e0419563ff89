import { isConnectTimeout } from "./postgres-error.ts";

/** What a pool has done since it was opened, and how it stands. */
export interface PoolFigures {
  /** Open connections, and how many of them nobody uses now. */
  readonly connections: number;
  readonly idle: number;
  /** Statements and transactions that found a free place at once, or had to wait for one. */
  readonly direct: number;
  readonly waited: number;
  readonly waitedMs: number;
  /** Those that failed because no connection could be had in time. */
  readonly timedOut: number;
  readonly opened: number;
  readonly closed: number;
}

/** The methods of the driver's client by which work enters a pool. */
const entrances: ReadonlySet<PropertyKey> = new Set(["unsafe", "begin"]);

/**
 * Counts what goes through a pool of the driver, which has no figures of its own: it tells when it sends a statement
 * and when a connection closes, and its places are taken in the order of asking.
 */
export class PoolMeter {
  readonly #places: number;
  readonly #now: () => number;
  readonly #open = new Set<number>();
  /** When those began to wait that still do, in order. */
  readonly #waiting: number[] = [];
  #held = 0;
  #direct = 0;
  #waited = 0;
  #waitedMs = 0;
  #timedOut = 0;
  #opened = 0;
  #closed = 0;

  constructor(places: number, now = () => performance.now()) {
    this.#places = places;
    this.#now = now;
  }

  get figures(): PoolFigures {
    const connections = this.#open.size;
    return {
      connections,
      idle: Math.max(0, connections - this.#held),
      direct: this.#direct,
      waited: this.#waited,
      waitedMs: Math.round(this.#waitedMs),
      timedOut: this.#timedOut,
      opened: this.#opened,
      closed: this.#closed,
    };
  }

  /** The driver sent a statement by this connection. */
  sent(connection: number): void {
    if (this.#open.has(connection)) return;
    this.#open.add(connection);
    this.#opened += 1;
  }

  /** The driver lost or closed this connection. One that never came to be is none. */
  lost(connection: number): void {
    if (this.#open.delete(connection)) this.#closed += 1;
  }

  enter(): void {
    if (this.#held < this.#places) this.#direct += 1;
    else {
      this.#waited += 1;
      this.#waiting.push(this.#now());
    }
    this.#held += 1;
  }

  leave(error?: unknown): void {
    this.#held -= 1;
    const since = this.#waiting.shift();
    if (since !== undefined) this.#waitedMs += this.#now() - since;
    if (error !== undefined && isConnectTimeout(error)) this.#timedOut += 1;
  }

  /** The same client, whose statements and transactions are counted. */
  around<Client extends object>(client: Client): Client {
    return new Proxy(client, {
      get: (target, property) => {
        const value = Reflect.get(target, property, target);
        if (!entrances.has(property) || typeof value !== "function") return value;
        return (...args: unknown[]) => this.#measured(Reflect.apply(value, target, args));
      },
    });
  }

  #measured<Work extends Promise<unknown>>(work: Work): Work {
    this.enter();
    const left = () => this.leave();
    // Not its own `then`, by which the driver would take it for asked for already.
    Reflect.apply(Promise.prototype.then, work, [left, (error: unknown) => this.leave(error)]);
    return work;
  }
}
