/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32), so that what failed can be run again. */
export type SeededRandom = () => number;

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The seed of this run: that of PLATZ_TEST_SEED, else a new one. It is printed, so that a failure can be run again. */
export function printedSeed(what: string): number {
  const given = Number(process.env["PLATZ_TEST_SEED"]);
  const seed = Number.isInteger(given) && given > 0 ? given : Math.ceil(Math.random() * 1e9);
  process.stderr.write(`${what}: PLATZ_TEST_SEED=${seed}\n`);
  return seed;
}
