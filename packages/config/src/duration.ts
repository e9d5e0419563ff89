import { z } from "zod";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Words of each unit, as the `humantime` format has them; months and years are averages there too. */
const units: readonly (readonly [number, readonly string[]])[] = [
  [1, ["ms", "msec", "millis"]],
  [SECOND, ["s", "sec", "secs", "second", "seconds"]],
  [MINUTE, ["m", "min", "mins", "minute", "minutes"]],
  [HOUR, ["h", "hr", "hrs", "hour", "hours"]],
  [DAY, ["d", "day", "days"]],
  [7 * DAY, ["w", "wk", "wks", "week", "weeks"]],
  [30.44 * DAY, ["M", "month", "months"]],
  [365.25 * DAY, ["y", "yr", "yrs", "year", "years"]],
];
const msByUnit = new Map(units.flatMap(([ms, words]) => words.map((word) => [word, ms] as const)));

/** Milliseconds of a duration such as `5s`, `20m` or `1h 30m`, or `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  if (!/^(\d{1,15}\s*[A-Za-z]+\s*)+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, count, unit = ""] of trimmed.matchAll(/(\d+)\s*([A-Za-z]+)/g)) {
    const ms = msByUnit.get(unit);
    if (ms === undefined) return undefined;
    total += Number(count) * ms;
  }
  return Math.round(total);
}

/** A setting that is a duration in words and comes out in milliseconds. `minMs` refuses what is too short to work. */
export function duration(bounds: { readonly minMs?: number } = {}) {
  return z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= (bounds.minMs ?? 0)) return ms;
    context.issues.push({
      code: "custom",
      input: text,
      message:
        ms === undefined
          ? 'must be a duration such as "5s", "20m" or "1h 30m"'
          : `must be at least ${bounds.minMs} ms`,
    });
    return z.NEVER;
  });
}
