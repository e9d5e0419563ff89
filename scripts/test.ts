/**
 * `npm test [-- paths]`: brings up the real parts, runs every test (or those of the given paths), and prints as its
 * last line what the runner counted. Ends with 1 when anything failed, or when nothing ran.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shutdownSignal } from "@platz/worker";
import { junitTotals, totalsLine } from "./testing/junit-totals.ts";
import { partsFromEnvironment, startTestParts } from "./testing/test-parts.ts";

const top = join(import.meta.dirname, "..");
const paths = process.argv.slice(2);
const report = (line: string) => console.error(line);

async function main(): Promise<number> {
  await using started = new AsyncDisposableStack();
  const given = partsFromEnvironment();
  const environment = given ?? started.use(await startTestParts(report)).environment;
  const folder = await mkdtemp(join(tmpdir(), "platz-junit-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const junit = join(folder, "junit.xml");
  const runner = Bun.spawn(
    [
      process.execPath,
      "test",
      // Two processes: the control plane, PostgreSQL and Helm runs share the cores with them.
      "--parallel=2",
      "--timeout=120000",
      "--reporter=junit",
      `--reporter-outfile=${junit}`,
      ...(paths.length > 0 ? paths : ["apps", "packages", "examples", "scripts", "test"]),
    ],
    { cwd: top, env: { ...process.env, ...environment }, stdout: "inherit", stderr: "inherit" },
  );
  void shutdownSignal().then((signal) => runner.kill(signal));
  const code = await runner.exited;
  const totals = junitTotals(existsSync(junit) ? await readFile(junit, "utf8") : "");
  console.log(totalsLine(totals));
  return code === 0 && totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

process.exit(await main());
