import { z } from "zod";

/** What `POST /platz/actions/stir` takes. */
export const Stir = z.strictObject({
  speed: z.int("must be a whole number").min(1, "must be at least 1").max(10, "must be at most 10"),
  direction: z
    .enum(["clockwise", "counterclockwise"], "must be clockwise or counterclockwise")
    .default("clockwise"),
});
export type Stir = z.output<typeof Stir>;

/** One pot of soup: all the state that an installation of this application has. Values, never changed in place. */
export interface Pot {
  readonly stirring: Stir | null;
  readonly timesStirred: number;
}

export const emptyPot: Pot = { stirring: null, timesStirred: 0 };

export function stirPot(pot: Pot, stir: Stir): Pot {
  return { stirring: stir, timesStirred: pot.timesStirred + 1 };
}

/** The pot as a status document (workers spec 6.3). */
export function statusOf({ stirring, timesStirred }: Pot) {
  const speed = stirring?.speed ?? 0;
  return {
    status: stirring ? { name: "Stirring", color: "success" } : { name: "Idle", color: "primary" },
    primary_metric: { value: speed, unit: "rpm", short_description: "speed" },
    metrics: [{ value: timesStirred, unit: "times", short_description: "stirred since emptied" }],
    notices: speed > 8 ? [{ level: "Warning", text: "At this speed the soup may spill." }] : [],
  };
}
