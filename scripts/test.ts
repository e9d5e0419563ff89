/**
 * `npm test [-- PATH… [OPTION…]]`: brings up the real parts, runs every test (or those whose path contains one of the
 * given), lists what failed, and prints as its last line how many passed and failed. Options go to `bun test`. Ends
 * with 1 when anything failed or did not run.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shutdownSignal } from "@platz/worker";
import { testFiles } from "./testing/test-files.ts";
import { partsFromEnvironment, startTestParts, type TestEnvironment } from "./testing/test-parts.ts";
import {
  failureLines,
  nothingRan,
  readTestReport,
  type TestReport,
  totalsLine,
  withMissingFiles,
} from "./testing/test-report.ts";
import { dyingWithParent } from "./toolchain/dying-with-parent.ts";

const top = join(import.meta.dirname, "..");
const given = process.argv.slice(2);
const firstOption = given.findIndex((word) => word.startsWith("-"));
const paths = firstOption === -1 ? given : given.slice(0, firstOption);
const options = given.slice(paths.length);

process.exit(await main());

async function main(): Promise<number> {
  const files = testFiles(top, paths);
  if (files.length === 0) console.error(`No test file has ${paths.join(" or ")} in its path.`);
  const report = files.length === 0 ? nothingRan : await runWithParts(files);
  for (const line of failureLines(report)) console.log(line);
  console.log(totalsLine(report));
  return report.failed === 0 && report.passed > 0 ? 0 : 1;
}

async function runWithParts(files: readonly string[]): Promise<TestReport> {
  try {
    await using started = new AsyncDisposableStack();
    const parts = partsFromEnvironment();
    const environment = parts ?? started.use(await startTestParts((line) => console.error(line))).environment;
    return await run(files, environment);
  } catch (error) {
    // Printed where it stands, so that the last line is the totals also then.
    console.error(error instanceof Error ? error.message : error);
    return { ...nothingRan, failed: files.length };
  }
}

async function run(files: readonly string[], environment: TestEnvironment): Promise<TestReport> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "platz-junit-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const junit = join(folder, "junit.xml");
  const runner = Bun.spawn(
    dyingWithParent([
      process.execPath,
      "test",
      // Two processes: the control plane, PostgreSQL and Helm runs share the cores with them.
      "--parallel=2",
      "--timeout=120000",
      "--reporter=junit",
      `--reporter-outfile=${junit}`,
      ...options,
      ...files.map((file) => `./${file}`),
    ]),
    { cwd: top, env: { ...process.env, ...environment }, stdout: "inherit", stderr: "inherit" },
  );
  void shutdownSignal().then((signal) => runner.kill(signal));
  const code = await runner.exited;
  const said = readTestReport(existsSync(junit) ? await readFile(junit, "utf8") : "");
  // With options, such as a filter by name, a file may rightly have nothing to run.
  const report = options.length > 0 ? said : withMissingFiles(said, files);
  if (code === 0 || report.failed > 0) return report;
  console.error(`The test runner ended with status ${code}, though no test failed.`);
  return { ...report, failed: 1 };
}
