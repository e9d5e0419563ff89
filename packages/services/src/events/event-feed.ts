import { type Database, listen, type RowChange } from "@platz/db";
import {
  listRowEvents,
  type PlacedEvent,
  placeRowEvents,
  pruneRowEvents,
  rowEventBounds,
} from "@platz/db/queries/row-events";
import type { ServiceLog } from "../context.ts";

export interface EventFeedOptions {
  readonly db: Database;
  readonly log: ServiceLog;
  /** How many of the newest changes are kept in memory for all readers together. */
  readonly kept?: number;
  /** How long changes are kept in the database for readers that come back, in ms. */
  readonly retentionMs?: number;
  /** How long to go without looking when no hint comes, in ms. */
  readonly pollMs?: number;
}

/** What a reader gets next: changes in order, or that it has fallen so far behind that it must read everything anew. */
export type FeedPiece =
  | { readonly kind: "events"; readonly events: readonly PlacedEvent[]; readonly position: number }
  | { readonly kind: "gap"; readonly position: number };

const KEPT = 20_000;
const HOUR_MS = 3_600_000;
const PRUNE_EVERY_MS = 60_000;
/** Changes that come together are fetched together. */
const GATHER_MS = 5;
/** Another process is giving positions: how soon to look what it did. */
const OTHER_PLACES_MS = 20;
const PAGE = 1000;
/** How often readers that wait are woken without news. */
const WAKE_MS = 5000;

/**
 * The changes of all rows, once per process, for any number of readers. A reader is a position and nothing else: a slow
 * one costs no memory, and falls behind until it is told to read everything anew. Hints of the database make it look;
 * a poll finds what no hint told.
 */
export class EventFeed implements AsyncDisposable {
  /** Resolves when there is something new, for all who wait. */
  #news = Promise.withResolvers<void>();
  #recent: PlacedEvent[] = [];
  /** The newest position that has been read. */
  #head = 0;
  #knowsHead = false;
  /** Everything after this position is in `#recent`. */
  #recentAfter = 0;
  #looking: Promise<void> | undefined;
  #again = false;
  #prunedAt = 0;
  #isListening = false;
  readonly #watchers = new Set<(table: string | undefined) => void>();
  #readers = 0;
  readonly #stopped = new AbortController();
  readonly #stack = new AsyncDisposableStack();

  readonly options: EventFeedOptions;

  private constructor(options: EventFeedOptions) {
    this.options = options;
  }

  /** Begins to follow. Never rejects for want of a database: it follows as soon as there is one. */
  static start(options: EventFeedOptions): EventFeed {
    const feed = new EventFeed(options);
    feed.#follow();
    return feed;
  }

  /** Whether hints arrive: without, changes are noticed by the poll alone. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /**
   * Tells at once in which table something changed, before it has a position; `undefined`: in any, since hints may have
   * been missed.
   */
  watch(onHint: (table: string | undefined) => void): Disposable {
    this.#watchers.add(onHint);
    return { [Symbol.dispose]: () => this.#watchers.delete(onHint) };
  }

  #tellWatchers(table: string | undefined): void {
    for (const watcher of this.#watchers) watcher(table);
  }

  /** How many follow the feed now. */
  get readers(): number {
    return this.#readers;
  }

  /** Counts a reader in, until it is disposed. */
  join(): Disposable {
    this.#readers += 1;
    return {
      [Symbol.dispose]: () => {
        this.#readers -= 1;
      },
    };
  }

  /** Where a reader starts that wants what happens from now on. */
  async now(): Promise<number> {
    await this.look();
    return this.#head;
  }

  /**
   * What comes after a position: waits until there is something, which now and then is an empty list, for readers that
   * have something else to look at. Nothing when the signal aborts or the feed ends. A position from which not
   * everything is kept, or that this database never gave, is a gap.
   */
  async next(after: number, signal: AbortSignal): Promise<FeedPiece | undefined> {
    while (!signal.aborted && !this.#stopped.signal.aborted) {
      const news = this.#news.promise;
      const piece = this.#knowsHead ? await this.#after(after) : undefined;
      if (piece !== undefined) return piece;
      await untilAny(news, signal, this.#stopped.signal);
      if (this.#knowsHead && this.#head === after) return { kind: "events", events: [], position: after };
    }
    return undefined;
  }

  /** What there is after a position; nothing when that is the newest one. */
  async #after(position: number): Promise<FeedPiece | undefined> {
    if (position < this.#recentAfter) return await this.#fromDatabase(position);
    if (position > this.#head) return { kind: "gap", position: this.#head };
    const from = firstAfter(this.#recent, position);
    const events = this.#recent.slice(from, from + PAGE);
    const last = events.at(-1);
    return last && { kind: "events", events, position: last.position };
  }

  /** Looks for changes now, together with whoever looks already. Rejects when the database cannot be asked. */
  async look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookUntilDone().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#stack.disposeAsync();
  }

  #follow(): void {
    const { db, log, pollMs = 1000 } = this.options;
    const poll = setInterval(() => this.#lookSoon(), pollMs);
    this.#stack.defer(() => clearInterval(poll));
    const wake = setInterval(() => this.#tellAll(), WAKE_MS);
    this.#stack.defer(() => clearInterval(wake));
    const listener = {
      onChange: ({ table }: RowChange) => {
        this.#tellWatchers(table);
        this.#lookSoon();
      },
      onResync: () => {
        this.#isListening = true;
        this.#tellWatchers(undefined);
        this.#lookSoon();
      },
      onLost: () => {
        this.#isListening = false;
        this.#tellWatchers(undefined);
        log.warn({}, "changes of the database do not arrive now; connecting anew");
      },
    };
    this.#stack.use(listen(db, listener));
  }

  #soon: ReturnType<typeof setTimeout> | undefined;

  #lookSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      if (this.#stopped.signal.aborted) return;
      this.look().catch((error: unknown) => {
        this.options.log.warn({ error }, "the change feed cannot be read now");
      });
    }, GATHER_MS);
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#again && !this.#stopped.signal.aborted) {
      this.#again = false;
      const placed = await placeRowEvents(this.options.db);
      await this.#readOn();
      if (placed === "all") continue;
      this.#again = true;
      if (placed === "other") await new Promise((resolve) => setTimeout(resolve, OTHER_PLACES_MS));
    }
    await this.#pruneNowAndThen();
  }

  async #readOn(): Promise<void> {
    const { db, kept = KEPT } = this.options;
    if (!this.#knowsHead) {
      const { newest } = await rowEventBounds(db);
      this.#head = newest;
      this.#recentAfter = newest;
      this.#knowsHead = true;
      this.#tellAll();
    }
    for (;;) {
      const events = await listRowEvents(db, { after: this.#head, limit: PAGE });
      const last = events.at(-1);
      if (last === undefined) return;
      this.#recent.push(...events);
      this.#head = last.position;
      const surplus = this.#recent.length - kept;
      // Shortened by a quarter at a time: cutting at every piece would move the whole list each time.
      if (surplus > kept / 4) {
        this.#recentAfter = this.#recent[surplus - 1]?.position ?? this.#recentAfter;
        this.#recent = this.#recent.slice(surplus);
      }
      this.#tellAll();
      if (events.length < PAGE) return;
    }
  }

  #tellAll(): void {
    const { resolve } = this.#news;
    this.#news = Promise.withResolvers();
    resolve();
  }

  async #fromDatabase(after: number): Promise<FeedPiece> {
    const { db, kept = KEPT } = this.options;
    const { oldest } = await rowEventBounds(db);
    const head = this.#head;
    // Not everything after this position is kept, or it is so much that reading anew is cheaper.
    if (after < oldest - 1 || head - after > kept * 2) return { kind: "gap", position: head };
    const events = await listRowEvents(db, { after, upTo: head, limit: PAGE });
    return { kind: "events", events, position: events.at(-1)?.position ?? this.#recentAfter };
  }

  async #pruneNowAndThen(): Promise<void> {
    const now = Date.now();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    await pruneRowEvents(this.options.db, new Date(now - (this.options.retentionMs ?? HOUR_MS)));
  }
}

/** Where in a list in order of position the first event after a position stands. */
function firstAfter(events: readonly PlacedEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Resolves with the promise or when one of the signals aborts, and leaves no listener behind. */
async function untilAny(promise: Promise<unknown>, ...signals: readonly AbortSignal[]): Promise<void> {
  const done = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { signal: done.signal });
    }
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    done.abort();
  }
}
