/** Jobs as nobody should write them, to see what becomes of the process that runs them. */
export const hostileJobs = {
  echo: (input: unknown) => input,
  pid: () => process.pid,
  environment: () => Object.keys(process.env),
  throws: () => {
    throw new TypeError("a secret detail");
  },
  spins: () => {
    for (;;);
  },
  allocates: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1_000_000).fill(kept.length));
  },
  exits: () => process.exit(3),
  tells: ({ characters }: { readonly characters: number }) => "x".repeat(characters),
  overflows: () => {
    const down = (): number => 1 + down();
    return down();
  },
};
export type HostileJobs = typeof hostileJobs;
