import { z } from "zod";

/** One kill at a named step, and how many seconds later the next agent had claimed the task, and ended it well. */
const Crash = z.object({
  kind: z.string(),
  step: z.string(),
  way: z.string(),
  claimed: z.number(),
  seconds: z.number(),
});
export type Crash = z.output<typeof Crash>;

/** One race of agents that are killed and paused at random. */
const Race = z.object({
  tasks: z.number(),
  seed: z.number(),
  kills: z.number(),
  pauses: z.number(),
  lost: z.number(),
  stuck: z.number(),
  doubled: z.number(),
  overlapping: z.number(),
  outOfOrder: z.number(),
  seconds: z.number(),
});
export type Race = z.output<typeof Race>;

export interface SoakReport {
  readonly crashes: readonly Crash[];
  readonly races: readonly Race[];
}

/** What the tests of a soak have written, a line of JSON each. */
export function readSoakReport(text: string): SoakReport {
  const lines = text.split("\n").filter((line) => line !== "");
  const entries = lines.map((line) => z.union([z.object({ race: Race }), Crash]).parse(JSON.parse(line)));
  return {
    crashes: entries.flatMap((entry) => ("race" in entry ? [] : [entry])),
    races: entries.flatMap((entry) => ("race" in entry ? [entry.race] : [])),
  };
}
