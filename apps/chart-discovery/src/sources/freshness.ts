/**
 * When a tag is to be asked about again: the longer it has named the same, the longer it is left alone. What was pushed a
 * minute ago may well be pushed over; what has stood for a year will hardly move today.
 */
export class Freshness {
  readonly #tags = new Map<string, { readonly digest: string; sinceMs: number; askedMs: number }>();
  readonly #maxMs: number;
  readonly #now: () => number;

  constructor(maxMs: number, now: () => number = Date.now) {
    this.#maxMs = maxMs;
    this.#now = now;
  }

  /** Whether a tenth of the time for which the tag has not changed has passed since it was asked about, or the maximum. */
  isDue(tag: string): boolean {
    const known = this.#tags.get(tag);
    if (known === undefined) return true;
    const { sinceMs, askedMs } = known;
    return this.#now() - askedMs >= Math.min((askedMs - sinceMs) / 10, this.#maxMs);
  }

  /** A tag that names this has done so for longer than we have watched it, for the content itself is that old. */
  isOld(tag: string, digest: string, createdAt: Date): void {
    const known = this.#tags.get(tag);
    if (known?.digest === digest) known.sinceMs = Math.min(known.sinceMs, createdAt.getTime());
  }

  /** What a tag names now; `undefined` when it is gone. */
  saw(tag: string, digest: string | undefined): void {
    const askedMs = this.#now();
    const known = this.#tags.get(tag);
    if (digest === undefined) this.#tags.delete(tag);
    else if (known?.digest === digest) known.askedMs = askedMs;
    else this.#tags.set(tag, { digest, sinceMs: askedMs, askedMs });
  }
}
