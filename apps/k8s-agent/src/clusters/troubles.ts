import type { ClusterId } from "@platz/domain";
import { backoff } from "@platz/worker";

interface Trouble {
  readonly failures: number;
  readonly notBeforeMs: number;
}

/** Clusters that did not answer, and when each is tried again. */
export class Troubles {
  readonly #retry: { readonly firstMs: number; readonly maxMs: number };
  readonly #troubles = new Map<ClusterId, Trouble>();

  constructor(retry: { readonly firstMs: number; readonly maxMs: number }) {
    this.#retry = retry;
  }

  /** Counts a failure. Gives for how long the cluster is left alone, in ms. */
  count(id: ClusterId): number {
    const failures = (this.#troubles.get(id)?.failures ?? 0) + 1;
    const pauseMs = backoff(failures, this.#retry);
    this.#troubles.set(id, { failures, notBeforeMs: performance.now() + pauseMs });
    return pauseMs;
  }

  has(id: ClusterId): boolean {
    return this.#troubles.has(id);
  }

  /** For how long it is still to be left alone, in ms. */
  pauseMs(id: ClusterId): number {
    return Math.max(0, (this.#troubles.get(id)?.notBeforeMs ?? 0) - performance.now());
  }

  forget(id: ClusterId): void {
    this.#troubles.delete(id);
  }
}
