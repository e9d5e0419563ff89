/** What makes an input of a size, and what is done with it. */
export interface Costly {
  readonly prepare: (size: number) => string;
  readonly run: (text: string) => unknown;
  readonly size: number;
}

/** So much is nothing: garbage, the compiler and the clock of the CPU take their part. */
const FLOOR_MS = 60;
/** How much more than reading it as JSON an input may cost, whatever its size. */
const TIMES_READING = 8;
/** Four times the size may cost so much more; linear is 4, and with the square it is 16. */
const GROWTH_MAX = 7;
/** What seems to cost too much is measured again: other work of the process may have come between. */
const TRIES = 4;
const FACTOR = 4;

/**
 * What is wrong with the cost of an input, in a sentence; nothing when that is a small multiple of what it costs to read,
 * and grows with the size and no faster. Measured at the size and at a quarter of it, by CPU time and not by the clock: a
 * busy machine makes nothing fail.
 */
export async function excessOf({ prepare, run, size }: Costly): Promise<string | undefined> {
  const [large, small] = [prepare(size), prepare(size / FACTOR)];
  let excess: string | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const cost = await cpuMsOf(() => run(large));
    if (cost <= FLOOR_MS) return undefined;
    const reading = await cpuMsOf(() => read(large));
    const before = (await cpuMsOf(() => run(small))) - (await cpuMsOf(() => read(small)));
    const grown = (cost - reading) / Math.max(before, FLOOR_MS / FACTOR);
    if (cost <= FLOOR_MS + TIMES_READING * reading && grown <= GROWTH_MAX) return undefined;
    excess = `${large.length} characters took ${cost.toFixed(0)} ms of CPU, ${reading.toFixed(0)} ms to read; a quarter of them ${before.toFixed(0)} ms more than to read`;
  }
  return excess;
}

async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
