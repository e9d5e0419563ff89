import { issueText } from "@platz/chart-ext";
import type { Output } from "../output.ts";
import { grantLines } from "./grants.ts";
import { archiveOf, readChart } from "./read-chart.ts";

export interface LintOptions {
  /** The helm binary; without it the one in PATH. */
  readonly helm?: string | undefined;
}

/**
 * Says what is wrong with a chart's extensions, a line each with file and line number, before anybody pushes it: what
 * cannot be read, and what can be read but not be meant. And what it needs a grant for, which is nothing wrong.
 */
export async function lintChart(path: string, { helm }: LintOptions): Promise<Output> {
  const { issues, findings } = await readChart(path);
  const wrong = [...issues, ...findings];
  if (wrong.length > 0) return { text: wrong.map(issueText).join("\n"), status: 1 };
  const grants = await grantLines(await archiveOf(path), helm);
  return { text: [`${path}: nothing is wrong.`, ...grants].join("\n"), status: 0 };
}
