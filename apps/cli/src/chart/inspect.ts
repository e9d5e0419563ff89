import type { Output } from "../output.ts";
import { readChart } from "./read-chart.ts";

/** The canonical form of a chart's extensions, as discovery would store it, or what is wrong with it. */
export async function inspectChart(path: string): Promise<Output> {
  const { issues, findings: _findings, ...canonical } = await readChart(path);
  const shown = issues.length === 0 ? canonical : { issues };
  return { text: JSON.stringify(shown, null, 2), status: issues.length === 0 ? 0 : 1 };
}
