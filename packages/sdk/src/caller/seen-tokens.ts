/** Remembers which tokens were used, for as long as each would count. */
export interface SeenTokens {
  /** Notes that this token is used now. `false`: it was used before. */
  use(id: string, until: Date): boolean;
}

/** Twice what a busy application is asked in five minutes; some 2 MB. */
const TOKENS_MAX = 20_000;

/** Keeps the ids of tokens in memory: of `max` at most, of which the oldest goes first. */
export function seenTokens(now: () => Date, max = TOKENS_MAX): SeenTokens {
  /** In the order in which they were used, which is nearly that in which they end. */
  const untilById = new Map<string, number>();
  function forgetEnded(): void {
    for (const [id, until] of untilById) {
      if (untilById.size <= max && until > now().getTime()) return;
      untilById.delete(id);
    }
  }
  return {
    use(id, until) {
      forgetEnded();
      if (untilById.has(id)) return false;
      untilById.set(id, until.getTime());
      return true;
    },
  };
}
