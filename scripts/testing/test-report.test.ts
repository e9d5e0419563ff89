import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureLines, readTestReport, totalsLine, withMissingFiles } from "./test-report.ts";

test("the closing line is what the runner's own report counted", () => {
  const report = readTestReport(
    '<?xml version="1.0"?>\n<testsuites name="bun test" tests="7" assertions="9" failures="2" skipped="1" time="1.2">\n<testsuite tests="3">',
  );
  expect(totalsLine(report)).toBe("4 passed, 2 failed, 1 skipped");
  expect(totalsLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
});

test("a report without totals is an error, not zero failures", () => {
  expect(() => readTestReport("")).toThrow("left no report");
});

test("failed tests are listed with their place and what they said; a file that does not load is one of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "platz-report-"));
  try {
    const imports = 'import { describe, expect, test } from "bun:test";\n';
    const files = {
      "good.test.ts": `${imports}test("holds", () => {});`,
      "bad.test.ts": `${imports}describe("a room", () => test("<breaks> & \\"falls\\"", () => expect("a").toBe("b")));`,
      "lost.test.ts": 'import "./nowhere.ts";\n',
      "gone.test.ts": `${imports}test("goes", () => process.kill(process.pid, "SIGKILL"));`,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const names = Object.keys(files);
    const run = Bun.spawnSync(
      [process.execPath, "test", "--parallel=2", "--reporter=junit", "--reporter-outfile=r.xml"].concat(
        names.map((name) => `./${name}`),
      ),
      { cwd: folder, stdout: "ignore", stderr: "ignore" },
    );
    expect(run.exitCode).toBe(1);
    const report = withMissingFiles(readTestReport(await Bun.file(join(folder, "r.xml")).text()), names);
    expect(totalsLine(report)).toBe("1 passed, 3 failed");
    const lines = failureLines(report);
    expect(lines).toContain('FAILED bad.test.ts: a room > <breaks> & "falls"');
    expect(lines).toContain("       expect(received).toBe(expected)");
    expect(lines).toContain("FAILED lost.test.ts: (the whole file)");
    expect(lines).toContain("FAILED gone.test.ts: (worker crashed)");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
