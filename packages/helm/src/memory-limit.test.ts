import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { childProcessRunner } from "./child-process-runner.ts";
import { packageChart } from "./testing/package-chart.ts";
import { endless, greedy } from "./testing/sample-charts.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";
import { testSetting } from "./testing/test-setting.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
  await chmod(directory.path, 0o700);
});
afterAll(() => directory[Symbol.asyncDispose]());

const prlimitPath = process.platform === "linux" ? "/usr/bin/prlimit" : undefined;
const rendering = { command: "template" as const, release: "a", namespace: "a", values: ["{}"] };
const limited = (graceMs?: number) =>
  childProcessRunner({
    helmPath: testSetting("PLATZ_TEST_HELM"),
    privateRoot: directory.path,
    prlimitPath,
    ...(graceMs === undefined ? {} : { graceMs }),
  });

test("memory is looked at where no limit can be set, and what has too much is killed", async () => {
  const runner = childProcessRunner({
    helmPath: testSetting("PLATZ_TEST_HELM"),
    privateRoot: directory.path,
    memoryBytes: 256 * 1024 * 1024,
  });
  const chartArchive = await packageChart(greedy);
  expect(await runner.run({ ...rendering, chartArchive, skipSchemaValidation: false })).toMatchObject({
    exit: null,
    cancelled: false,
    failure: expect.stringContaining("(256 MiB, PLATZ_HELM_MEMORY)"),
  });
});

test("memory that comes in one piece is not even given", async () => {
  const chartArchive = await packageChart({ "config.yaml": '{{ repeat 2000000000 "abcdefgh" }}' });
  const lines: string[] = [];
  const result = await limited().run(
    { ...rendering, chartArchive, skipSchemaValidation: false },
    { onOutput: ({ text }) => void lines.push(text) },
  );
  expect(result).toMatchObject({
    exit: 2,
    failure: expect.stringContaining("more memory than a run may have"),
  });
  expect(lines.join("\n")).toContain("cannot allocate 16");
});

test("memory is not what a chart that says so failed for", async () => {
  const chartArchive = await packageChart({ "config.yaml": '{{ fail "\\nfatal error: out of memory" }}' });
  const result = await limited().run({ ...rendering, chartArchive, skipSchemaValidation: false });
  expect(result.failure).toContain("execution error at (sample/templates/config.yaml:1:3)");
});

test("memory and time of templates that come to no end are given back when the run is stopped", async () => {
  const chartArchive = await packageChart(endless);
  const result = await limited(100).run(
    { ...rendering, chartArchive, skipSchemaValidation: false },
    { signal: AbortSignal.timeout(300) },
  );
  expect(result).toMatchObject({ exit: null, cancelled: true, failure: expect.stringContaining("killed") });
});
