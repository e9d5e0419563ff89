import type { Status } from "@platz/sdk";
import { z } from "zod";

/** What the action `stir` takes. */
export const Stir = z.strictObject({
  speed: z.int("must be a whole number").min(1, "must be at least 1").max(10, "must be at most 10"),
  direction: z
    .enum(["clockwise", "counterclockwise"], "must be clockwise or counterclockwise")
    .default("clockwise"),
});
export type Stir = z.output<typeof Stir>;

/** What a shade is: a resource of the chart. */
export const Shade = z.object({
  hex: z.string().regex(/^#[0-9a-f]{6}$/i, "must be a colour code such as #ff8800"),
});

/** One pot of paint: all the state that an installation of this application has. Values, never changed in place. */
export interface Pot {
  readonly stirring: Stir | null;
  readonly timesStirred: number;
  /** Colour codes by the id of the resource. */
  readonly shades: ReadonlyMap<string, string>;
}

export const emptyPot: Pot = { stirring: null, timesStirred: 0, shades: new Map() };

export function stirPot(pot: Pot, stir: Stir): Pot {
  return { ...pot, stirring: stir, timesStirred: pot.timesStirred + 1 };
}

/** Pours the paint away; what shades there are to mix is no matter of what is in the pot. */
export function pourAway({ shades }: Pot): Pot {
  return { ...emptyPot, shades };
}

/** The pot with a shade, or without it. */
export function withShade(pot: Pot, id: string, hex: string | undefined): Pot {
  const shades = new Map(pot.shades);
  if (hex === undefined) shades.delete(id);
  else shades.set(id, hex);
  return { ...pot, shades };
}

/** What the application says of itself. */
export function statusOf({ stirring, timesStirred, shades }: Pot): Status {
  const speed = stirring?.speed ?? 0;
  return {
    status: stirring ? { name: "Stirring", color: "success" } : { name: "Idle", color: "primary" },
    primaryMetric: { value: speed, unit: "rpm", shortDescription: "speed" },
    metrics: [
      { value: timesStirred, unit: "times", shortDescription: "stirred since emptied" },
      { value: shades.size, unit: "shades", shortDescription: "known" },
    ],
    notices: speed > 8 ? [{ level: "Warning", text: "At this speed the paint may spill." }] : [],
  };
}
