/** What the test runner counted, from its own JUnit report. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads the totals off the root element. Throws when there is none: a run that left no report proves nothing. */
export function junitTotals(report: string): Totals {
  const root = /<testsuites\b[^>]*>/.exec(report)?.[0];
  if (root === undefined) throw new Error("The test runner left no report.");
  const count = (name: string) => Number(new RegExp(`\\s${name}="(\\d+)"`).exec(root)?.[1] ?? 0);
  const skipped = count("skipped");
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

/** The closing line of a run. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
