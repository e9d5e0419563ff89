/** A step of a demo: what it is called, and how it ends. */
export interface PlayedStep {
  readonly title: string;
  readonly seconds: number;
  /** What a person may like to see of it. */
  readonly detail: string;
}

export interface Play {
  /** Does the work, times it, and hands on what it gives. Throws what the work throws, with the step's title. */
  step<Result>(
    title: string,
    work: () => Promise<Result>,
    detail?: (result: Result) => string,
  ): Promise<Result>;
  readonly played: readonly PlayedStep[];
}

/** A step went wrong. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
  }
}

/** Plays steps one after the other and tells of each as it ends. */
export function createPlay(tell: (step: PlayedStep) => void): Play {
  const played: PlayedStep[] = [];
  return {
    played,
    async step(title, work, detail = () => "") {
      const started = performance.now();
      try {
        const result = await work();
        const step = { title, seconds: (performance.now() - started) / 1000, detail: detail(result) };
        played.push(step);
        tell(step);
        return result;
      } catch (cause) {
        throw new StepFailed(title, cause);
      }
    },
  };
}

/** Asks until there is an answer. Throws a sentence with the last thing that was seen when none comes in time. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  { timeoutMs = 60_000, seen = () => "" }: { timeoutMs?: number; seen?: () => string } = {},
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline)
      throw new Error(`${what} did not come within ${timeoutMs / 1000} s. ${seen()}`.trim());
    await Bun.sleep(100);
  }
}
