import type { ChartToFollow } from "@platz/db/queries/upgrade-policies";
import { compare, valid } from "semver";

/**
 * The chart to upgrade to: of the younger ones that with the highest version (Semantic Versioning), and of several with
 * the same, or with none, the youngest. Never one with a lower version than the present one has: what is pushed for an
 * older line is no upgrade.
 */
export function newestChart(
  present: ChartToFollow,
  younger: readonly ChartToFollow[],
): ChartToFollow | undefined {
  return younger
    .filter((chart) => compareVersions(chart, present) >= 0)
    .toSorted(byAge)
    .sort(compareVersions)
    .at(-1);
}

const byAge = (a: ChartToFollow, b: ChartToFollow) => a.createdAt.getTime() - b.createdAt.getTime();

/** Charts whose versions cannot be compared are equal in this. */
function compareVersions(a: ChartToFollow, b: ChartToFollow): number {
  const [one, other] = [valid(a.parsedVersion), valid(b.parsedVersion)];
  return one === null || other === null ? 0 : compare(one, other);
}
