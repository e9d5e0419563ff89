import type { EventFeed } from "./event-feed.ts";

export interface FreshCacheOptions {
  /** Tells when rows change, in this process and in others. */
  readonly feed: Pick<EventFeed, "isListening" | "watch">;
  /** The tables whose changes make what is remembered old; absent: all. */
  readonly tables?: ReadonlySet<string>;
  /** How long something is remembered should no news arrive, in ms. */
  readonly ttlMs?: number;
  readonly entriesMax?: number;
  readonly now?: () => number;
}

/**
 * Remembers for seconds what was read from the database. A change empties it: at once in the process that made it
 * (`forget`), and as soon as the database tells it in the others. While the database tells nothing, nothing is
 * remembered.
 */
export class FreshCache<Value> implements Disposable {
  readonly #known = new Map<string, { readonly value: Value; readonly until: number }>();
  readonly #watching: Disposable;
  readonly #options: FreshCacheOptions;
  /** Counts the times that everything was forgotten: what was being read then is old already. */
  #generation = 0;

  constructor(options: FreshCacheOptions) {
    this.#options = options;
    this.#watching = options.feed.watch((table) => {
      if (table === undefined || options.tables?.has(table) !== false) this.forget();
    });
  }

  /** What is remembered under the key, or what is read now. `lastsUntil` can say that it ends earlier, in ms of the epoch. */
  async find(
    key: string,
    read: () => Promise<Value>,
    lastsUntil: (value: Value) => number = () => Number.POSITIVE_INFINITY,
  ): Promise<Value> {
    const { feed, ttlMs = 5_000, entriesMax = 10_000, now = Date.now } = this.#options;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now()) return known.value;
    const generation = this.#generation;
    const value = await read();
    if (!feed.isListening || generation !== this.#generation) return value;
    if (this.#known.size >= entriesMax) this.#known.clear();
    this.#known.set(key, { value, until: Math.min(now() + ttlMs, lastsUntil(value)) });
    return value;
  }

  /** Forgets everything, so that a change counts from the next read on. */
  forget(): void {
    this.#generation += 1;
    this.#known.clear();
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
  }
}
