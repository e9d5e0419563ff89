/** What the test runner's JUnit report says of a run. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that ran, as paths from where the runner was started. */
  readonly files: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

interface Failure {
  /** `path:line` of the test. */
  readonly place: string;
  readonly name: string;
  readonly message: string;
}

/** Reads a JUnit report of `bun test`. Throws when it is none: a run that left no report proves nothing. */
export function readTestReport(xml: string): TestReport {
  const root = /<testsuites\b[^>]*>/.exec(xml)?.[0];
  if (root === undefined) throw new Error("The test runner left no report.");
  const count = (name: string) => Number(attribute(root, name) ?? 0);
  const skipped = count("skipped");
  const failed = count("failures") + count("errors");
  return {
    passed: count("tests") - failed - skipped,
    failed,
    skipped,
    files: new Set([...xml.matchAll(/<testsuite\b[^>]*>/g)].map(([tag]) => attribute(tag, "file") ?? "")),
    failures: failuresIn(xml),
  };
}

/**
 * The report of a run of these files. A file that is missing from the runner's own report did not load: it counts as
 * one failure, because nothing of what it promises was looked at.
 */
export function withMissingFiles(report: TestReport, files: readonly string[]): TestReport {
  const missing = files.filter((file) => !report.files.has(file));
  const failures = missing.map((file) => ({
    place: file,
    name: "(the whole file)",
    message: "did not run; what the runner says of it stands above",
  }));
  return {
    ...report,
    failed: report.failed + missing.length,
    failures: [...report.failures, ...failures],
  };
}

/** A run that never came to testing. */
export const nothingRan: TestReport = { passed: 0, failed: 0, skipped: 0, files: new Set(), failures: [] };

/** The closing line of a run. */
export function totalsLine({ passed, failed, skipped }: Omit<TestReport, "files" | "failures">): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** The failed tests, a line each with what they said below it. */
export function failureLines({ failures }: TestReport): string[] {
  return failures.flatMap(({ place, name, message }) => [
    `FAILED ${place}: ${name}`,
    ...message
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(0, 8)
      .map((line) => `       ${line}`),
  ]);
}

function failuresIn(xml: string): Failure[] {
  return [...xml.matchAll(/(<testcase\b[^>]*>)\s*(<failure\b[^>]*>)/g)].map(
    ([, test = "", failure = ""]) => ({
      place: [attribute(test, "file"), attribute(test, "line")].filter(Boolean).join(":"),
      name: [attribute(test, "classname"), attribute(test, "name")].filter(Boolean).join(" > "),
      message: attribute(failure, "message") ?? "",
    }),
  );
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, word) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[word] ?? whole;
  });
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
