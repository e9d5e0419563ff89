import { issueText } from "@platz/chart-ext";
import type { Output } from "../output.ts";
import { readChart } from "./read-chart.ts";

/**
 * Says what is wrong with a chart's extensions, a line each with file and line number, before anybody pushes it: what
 * cannot be read, and what can be read but not be meant.
 */
export async function lintChart(path: string): Promise<Output> {
  const { issues, findings } = await readChart(path);
  const wrong = [...issues, ...findings];
  if (wrong.length === 0) return { text: `${path}: nothing is wrong.`, status: 0 };
  return { text: wrong.map(issueText).join("\n"), status: 1 };
}
