import { z } from "zod";
import type { Database } from "./open-database.ts";

/** That a row changed, and which. Whoever needs to know how reads it. */
export const RowChange = z.object({
  table: z.string(),
  operation: z.enum(["INSERT", "UPDATE", "DELETE"]),
  id: z.string(),
});
export type RowChange = z.output<typeof RowChange>;

export interface ChangeListener {
  /** One row changed. */
  onChange(change: RowChange): void;
  /** Changes may have been missed: on start, and after every lost connection. Look at everything once. */
  onResync(): void;
  /** Changes do not arrive from now on, until the next `onResync`. */
  onLost?(): void;
}

const BEAT_MS = 2000;
/** After so many beats in a row that did not arrive, the connection is taken for dead. */
const BEATS_MISSED_MAX = 3;

/**
 * Follows the change feed until disposed, by a connection of its own, for which it tries as long as it takes. A silent
 * connection may be a dead one: every few seconds it sends itself a notification, and connects anew when those do not
 * arrive. A notification that this program cannot read (of a newer version, say) is passed over: it was only a hint.
 */
export function listen(
  db: Database,
  listener: ChangeListener,
  { beatMs = BEAT_MS }: { readonly beatMs?: number } = {},
): AsyncDisposable {
  const following = new Following(db, listener);
  const timer = setInterval(() => following.beat(), beatMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await following.end();
    },
  };
}

type Listener = ReturnType<Database["openListener"]>;

class Following {
  readonly #db: Database;
  readonly #listener: ChangeListener;
  readonly #beats = `platz_beat_${crypto.randomUUID().replaceAll("-", "")}`;
  #client: Listener;
  #hears = false;
  #missed = 0;
  #isSending = false;
  #ended = false;

  constructor(db: Database, listener: ChangeListener) {
    this.#db = db;
    this.#listener = listener;
    this.#client = this.#connect();
  }

  /** Sends a beat, and connects anew when too many of them did not arrive. */
  beat(): void {
    this.#missed += 1;
    if (this.#missed > BEATS_MISSED_MAX) this.#reconnect();
    if (this.#isSending) return;
    this.#isSending = true;
    const sent = () => {
      this.#isSending = false;
    };
    this.#db.$client.notify(this.#beats, "").then(sent, sent);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await close(this.#client, this.#beats);
  }

  #connect(): Listener {
    const client = this.#db.openListener();
    const isCurrent = () => !this.#ended && this.#client === client;
    const onChange = (payload: string) => {
      const change = parseChange(payload);
      if (change !== undefined && isCurrent()) this.#listener.onChange(change);
    };
    const onListening = () => {
      if (!isCurrent()) return;
      this.#hears = true;
      this.#missed = 0;
      this.#listener.onResync();
    };
    const onBeat = () => {
      this.#missed = 0;
    };
    // The driver tries again by itself, also when the first try fails.
    client.listen("platz_changes", onChange, onListening).catch(() => {});
    client.listen(this.#beats, onBeat).catch(() => {});
    return client;
  }

  #reconnect(): void {
    if (this.#hears) this.#listener.onLost?.();
    this.#hears = false;
    this.#missed = 0;
    const before = this.#client;
    this.#client = this.#connect();
    close(before, this.#beats).catch(() => {});
  }
}

const CONNECT_MS_MAX = 2000;

/**
 * Ends a connection once it is made, or made anew: a socket that is cut off before, the driver forgets and never
 * closes. Listening to a channel a second time is answered when the connection listens.
 */
async function close(client: Listener, channel: string): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, CONNECT_MS_MAX);
  const listening = client.listen(channel, () => {}).catch(() => {});
  await Promise.race([listening, late]);
  clearTimeout(timer);
  await client.end({ timeout: 0 });
}

function parseChange(payload: string): RowChange | undefined {
  try {
    return RowChange.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}
