import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { issueText, parseChart } from "@platz/chart-ext";

test("the files that docs/charts.md shows are a chart without a mistake", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/charts.md"), "utf8");
  const shown = [...page.matchAll(/^```yaml (platz\/\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, path = "", text = ""]) => [path, text] as const,
  );
  expect(shown.map(([path]) => path)).toEqual([
    "platz/values-ui.yaml",
    "platz/actions.yaml",
    "platz/features.yaml",
    "platz/resources.yaml",
  ]);
  const chart = parseChart(new Map([["Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"], ...shown]));
  expect([...chart.issues, ...chart.findings].map(issueText)).toEqual([]);
});
