import type { Outcome, Reconciler } from "./reconciler.ts";

export interface QueueOptions<Key extends string> {
  /** Keys that run at once, at most. */
  readonly concurrency: number;
  /** Time to wait before the next try after so many failures in a row, in ms. */
  backoffMs(failures: number): number;
  /** Told of every failure, before the retry is planned. Must not throw. */
  onError(key: Key, error: unknown): void;
}

/**
 * Runs a reconciler over keys: at most once per key at a time, at most `concurrency` keys at once. A key added while
 * it runs is run once more afterwards, however often it was added. A key that fails is tried again after a back-off
 * and holds up no other. Disposing stops taking keys, aborts the running ones and waits for them.
 */
export class KeyedQueue<Key extends string> implements AsyncDisposable {
  readonly #reconciler: Reconciler<Key>;
  readonly #options: QueueOptions<Key>;
  readonly #stop = new AbortController();
  /** In order of arrival. */
  readonly #waiting = new Set<Key>();
  readonly #running = new Map<Key, Promise<void>>();
  readonly #timers = new Map<Key, ReturnType<typeof setTimeout>>();
  readonly #failures = new Map<Key, number>();

  constructor(reconciler: Reconciler<Key>, options: QueueOptions<Key>) {
    this.#reconciler = reconciler;
    this.#options = options;
  }

  /** Keys that wait for a place, not counting those that wait for a time. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Runs the key as soon as there is a place, instead of at a later time that may have been planned. */
  add(key: Key): void {
    if (this.#stop.signal.aborted) return;
    this.#clearTimer(key);
    this.#waiting.add(key);
    this.#fill();
  }

  /** Drops a key that waits. One that runs goes on to its end. */
  forget(key: Key): void {
    this.#clearTimer(key);
    this.#waiting.delete(key);
    this.#failures.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("stopping"));
    for (const key of [...this.#timers.keys()]) this.#clearTimer(key);
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  #fill(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.set(key, this.#run(key));
    }
  }

  async #run(key: Key): Promise<void> {
    const outcome = await this.#reconcile(key);
    this.#running.delete(key);
    if (this.#stop.signal.aborted) return;
    if (outcome.again === "after" && !this.#waiting.has(key)) this.#plan(key, outcome.ms);
    this.#fill();
  }

  async #reconcile(key: Key): Promise<Outcome> {
    try {
      const outcome = await this.#reconciler.reconcile(key, this.#stop.signal);
      this.#failures.delete(key);
      return outcome;
    } catch (error) {
      if (this.#stop.signal.aborted) return { again: "never" };
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#options.onError(key, error);
      return { again: "after", ms: this.#options.backoffMs(failures) };
    }
  }

  #plan(key: Key, ms: number): void {
    this.#clearTimer(key);
    this.#timers.set(
      key,
      setTimeout(() => this.add(key), ms),
    );
  }

  #clearTimer(key: Key): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
