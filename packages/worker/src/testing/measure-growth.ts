/** Something whose cost is to be bounded by the size of what it is given. */
export interface Costly<Input> {
  /** Makes an input of a size. It is not measured. */
  readonly prepare: (size: number) => Input;
  /** Does the work. What it throws is an answer like any other. */
  readonly run: (input: Input) => unknown;
  /** The size at which it is measured, and then at four times that. */
  readonly size: number;
}

export interface Growth {
  /** Milliseconds of CPU, at the size and at four times it: the least of several runs. */
  readonly cpuMs: readonly [number, number];
  /** What is wrong with the growth, in a sentence; nothing when it is about linear. */
  readonly excess: string | undefined;
}

const FACTOR = 4;
/** Linear is 4; sorting, garbage and caches take their part. Quadratic is 16. */
const RATIO_MAX = 6;
/** Below this a ratio says nothing: the clock of the CPU and the compiler are coarser. */
const FLOOR_MS = 30;
const TRIES = 3;

/**
 * Measures the cost of something at a size and at four times it, by the CPU time of this process, and says whether it
 * grows faster than its input. The sizes are climbed in small steps, so that what doubles with each item is found
 * before it would never end. A busy machine makes a run longer and no work more: only what grows at each try is told.
 */
export async function measureGrowth<Input>(costly: Costly<Input>): Promise<Growth> {
  let growth = await measureOnce(costly);
  for (let tries = 1; growth.excess !== undefined && tries < TRIES; tries += 1) {
    growth = await measureOnce(costly);
  }
  return growth;
}

async function measureOnce<Input>(costly: Costly<Input>): Promise<Growth> {
  const known: [size: number, cpuMs: number][] = [];
  for (const size of sizesUpTo(costly.size * FACTOR)) {
    const cpuMs = await leastCost(costly, size);
    const smaller = known.findLast(([other]) => other * FACTOR <= size * 1.01);
    if (smaller !== undefined && isExcess(cpuMs, smaller[1])) {
      const [other, before] = smaller;
      return { cpuMs: [before, cpuMs], excess: sentence([other, before], [size, cpuMs]) };
    }
    // What doubles with each item has grown a hundredfold since the last step, long before four times the size.
    const last = known.at(-1);
    if (last !== undefined && isExcess(cpuMs, last[1])) {
      return { cpuMs: [last[1], cpuMs], excess: sentence(last, [size, cpuMs]) };
    }
    known.push([size, cpuMs]);
  }
  const at = (wanted: number) => known.find(([size]) => size === wanted)?.[1] ?? 0;
  return { cpuMs: [at(costly.size), at(costly.size * FACTOR)], excess: undefined };
}

function isExcess(cpuMs: number, before: number): boolean {
  return cpuMs > Math.max(before, FLOOR_MS / FACTOR) * RATIO_MAX;
}

function sentence([small, before]: [number, number], [large, after]: [number, number]): string {
  return `size ${small} took ${before.toFixed(1)} ms of CPU, and size ${large} ${after.toFixed(1)} ms`;
}

/** Each size and its quarter, in steps of a quarter more at most. */
function sizesUpTo(largest: number): number[] {
  const sizes = new Set<number>();
  for (let size = largest; size >= 1; size = Math.floor(size / FACTOR)) {
    for (let between = size / FACTOR; between < size; between *= 1.42) sizes.add(Math.ceil(between));
    sizes.add(size);
  }
  return [...sizes].sort((a, b) => a - b);
}

/** What is short is run again: its least cost is the one without the compiler and the garbage of others. */
async function leastCost<Input>({ prepare, run }: Costly<Input>, size: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let runs = 0; runs < 3 && spent < 4 * FLOOR_MS; runs += 1) {
    const input = prepare(size);
    const before = process.cpuUsage();
    try {
      await run(input);
    } catch {
      // A refusal is an answer: only its cost is asked for.
    }
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    least = Math.min(least, cpuMs);
    spent += cpuMs;
  }
  return least;
}
