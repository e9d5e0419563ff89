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
  /** Milliseconds of CPU, at the size and at four times it. */
  readonly cpuMs: readonly [number, number];
  /** What is wrong with the growth, in a sentence; nothing when it is about linear. */
  readonly excess: string | undefined;
}

const FACTOR = 4;
/** Linear is 4; sorting, and collectors that run beside on a busy machine, take their part. Quadratic is 16. */
const RATIO_MAX = 8;
/** Below this a ratio says nothing: the clock of the CPU and the compiler are coarser. */
const FLOOR_MS = 80;
/** Who seems to grow too fast is measured again. */
const TRIES = 4;

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
    const cpuMs = await costOf(costly, size);
    // What doubles with each item has grown a hundredfold since the last step, long before four times the size.
    const smaller = known.findLast(([other]) => other * FACTOR <= size * 1.01);
    const excess = [known.at(-1), smaller].find((other) => other && isExcess([size, cpuMs], other));
    if (excess) return { cpuMs: [excess[1], cpuMs], excess: sentence(excess, [size, cpuMs]) };
    known.push([size, cpuMs]);
  }
  const at = (wanted: number) => known.find(([size]) => size === wanted)?.[1] ?? 0;
  return { cpuMs: [at(costly.size), at(costly.size * FACTOR)], excess: undefined };
}

function isExcess([size, cpuMs]: [number, number], [smaller, before]: [number, number]): boolean {
  // The steps do not meet four times a size exactly.
  const stretch = Math.max(1, size / smaller / FACTOR);
  return cpuMs > Math.max(before, FLOOR_MS / FACTOR) * RATIO_MAX * stretch;
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

async function costOf<Input>({ prepare, run }: Costly<Input>, size: number): Promise<number> {
  const input = prepare(size);
  const before = process.cpuUsage();
  try {
    await run(input);
  } catch {
    // A refusal is an answer: only its cost is asked for.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
