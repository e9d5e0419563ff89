import { TooManyRequests } from "@platz/domain";
import type { ServiceContext } from "@platz/services";

/** What a caller may have under way at once, in one process, and what to do about more. */
export const atOnceLimits = {
  calls: { max: 200, advice: "calls under way: wait for some of their answers, then go on" },
  streams: { max: 50, advice: "streams open: close those that you do not read, then go on" },
  "large bodies": { max: 16, advice: "large requests under way: wait for some of their answers, then go on" },
  "public calls": {
    max: 100,
    advice: "calls under way from your address: wait for some of their answers, then go on",
  },
  "unread bodies": {
    max: 256,
    advice: "unfinished requests from your address: finish some of them, then go on",
  },
} as const;

export type AtOnce = keyof typeof atOnceLimits;

export interface AtOnceFigures {
  readonly what: string;
  /** How much is under way now. */
  readonly count: number;
  /** How often somebody had too much under way, since the start. */
  readonly refused: number;
}

const RETRY_AFTER_MS = 1000;

/** Counts what each caller has under way, so that nobody takes all of a process. */
export class CallersAtOnce {
  readonly #counts = new Map<string, number>();
  readonly #totals = new Map<AtOnce, { count: number; refused: number }>();

  /** One more, until what is returned is called. Throws `TooManyRequests`, which says what to do, for one too many. */
  enter(what: AtOnce, who: string): () => void {
    const key = `${what}:${who}`;
    const count = this.#counts.get(key) ?? 0;
    const total = this.#totalOf(what);
    const { max, advice } = atOnceLimits[what];
    if (count >= max) {
      total.refused += 1;
      throw new TooManyRequests(RETRY_AFTER_MS, `You have ${max} ${advice}.`);
    }
    this.#counts.set(key, count + 1);
    total.count += 1;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      total.count -= 1;
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left === 0) this.#counts.delete(key);
      else this.#counts.set(key, left);
    };
  }

  figures(): AtOnceFigures[] {
    const all = Object.keys(atOnceLimits) as AtOnce[];
    return all.map((what) => ({ what, ...this.#totalOf(what) }));
  }

  #totalOf(what: AtOnce) {
    const total = this.#totals.get(what) ?? { count: 0, refused: 0 };
    this.#totals.set(what, total);
    return total;
  }
}

/** Under which name a caller is counted: with all of their tokens and sessions. */
export function callerName({ identity }: Pick<ServiceContext, "identity">): string {
  return `${identity.kind}:${identity.id}`;
}
