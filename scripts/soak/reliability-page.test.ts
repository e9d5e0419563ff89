import { expect, test } from "bun:test";
import { reliabilityPage } from "./reliability-page.ts";
import { readSoakReport } from "./soak-report.ts";

test("the page of a soak says what was killed how often, and what was lost, stuck or overlapped", () => {
  const crash = { kind: "Install", way: "job", step: "helm", claimed: 3, seconds: 4 };
  const race = {
    tasks: 9,
    seed: 3,
    kills: 2,
    pauses: 1,
    lost: 0,
    stuck: 0,
    doubled: 0,
    overlapping: 0,
    outOfOrder: 0,
    seconds: 7,
  };
  const report = [crash, { ...crash, seconds: 6 }, { race }].map((entry) => JSON.stringify(entry)).join("\n");
  const page = reliabilityPage(readSoakReport(`${report}\n`), { count: 2, seed: 3, failedRuns: 1 });
  expect(page).toContain("| Install | job | helm | 2 | 3.0 | 4.0 | 6.0 | 6.0 |");
  expect(page).toContain("| 3 | 9 | 2 | 1 | 0 | 0 | 0 | 0 | 0 | 7 |");
  expect(page).toContain("anything was otherwise: 1 of 2");
});
