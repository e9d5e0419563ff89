/**
 * `npm run test:soak -- [--count N] [--seed S] [--tasks T]`: kills and pauses agents over and over, at every step of every
 * operation and at random, and writes docs/reliability.md with what became of it. Ends with 1 when anything was not as
 * promised.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reliabilityPage } from "./soak/reliability-page.ts";
import { readSoakReport } from "./soak/soak-report.ts";
import { partsFromEnvironment, startTestParts } from "./testing/test-parts.ts";
import { dyingWithParent } from "./toolchain/dying-with-parent.ts";

const USAGE = `usage: npm run test:soak -- [--count N] [--seed S] [--tasks T]
  --count N  how often everything is done (1)
  --seed S   what is random comes from it; the n-th time from S + n (1)
  --tasks T  tasks of each race of three agents (2000)`;
const top = join(import.meta.dirname, "..");
/** What is killed where: each operation at each of its steps, whole agents while Helm runs, three agents at random. */
const files = ["crash-matrix", "recovery", "job-runner", "race"].map(
  (name) => `./apps/k8s-agent/src/${name}.test.ts`,
);

process.exit(await main());

async function main(): Promise<number> {
  const numbers = readArguments();
  if (numbers === undefined) {
    console.log(USAGE);
    return process.argv.includes("--help") ? 0 : 2;
  }
  const { count, seed, tasks } = numbers;
  await using parts = partsFromEnvironment()
    ? undefined
    : await startTestParts((line) => console.error(line));
  const folder = await mkdtemp(join(tmpdir(), "platz-soak-"));
  await using _removed = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const report = join(folder, "report");
  await writeFile(report, "");
  let failedRuns = 0;
  for (let round = 0; round < count; round += 1) {
    console.error(`round ${round + 1} of ${count}, seed ${seed + round}`);
    const run = Bun.spawn(dyingWithParent([process.execPath, "test", "--timeout=600000", ...files]), {
      cwd: top,
      env: {
        ...process.env,
        ...parts?.environment,
        PLATZ_CRASH_REPORT: report,
        PLATZ_SOAK_SEED: String(seed + round),
        PLATZ_SOAK_TASKS: String(tasks),
      },
      stdout: "inherit",
      stderr: "inherit",
    });
    if ((await run.exited) !== 0) failedRuns += 1;
  }
  const found = readSoakReport(await readFile(report, "utf8"));
  const page = reliabilityPage(found, { count, seed, failedRuns });
  await writeFile(join(top, "docs/reliability.md"), page);
  console.log(page);
  return failedRuns === 0 ? 0 : 1;
}

function readArguments(): { count: number; seed: number; tasks: number } | undefined {
  const option = { type: "string" } as const;
  try {
    const { values } = parseArgs({ options: { count: option, seed: option, tasks: option } });
    const [count, seed, tasks] = [values.count ?? "1", values.seed ?? "1", values.tasks ?? "2000"].map(
      Number,
    );
    const isGood = [count, seed, tasks].every((number) => Number.isInteger(number) && Number(number) > 0);
    return isGood ? { count: count ?? 1, seed: seed ?? 1, tasks: tasks ?? 2000 } : undefined;
  } catch {
    return undefined;
  }
}
