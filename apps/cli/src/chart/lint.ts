import { issueText } from "@platz/chart-ext";
import type { Output } from "../output.ts";
import { readChart } from "./read-chart.ts";

/** Says what is wrong with a chart's extensions, a line each with file and line number, before anybody pushes it. */
export async function lintChart(path: string): Promise<Output> {
  const { issues } = await readChart(path);
  if (issues.length === 0) return { text: `${path}: nothing is wrong.`, status: 0 };
  return { text: issues.map(issueText).join("\n"), status: 1 };
}
