import type { Figure } from "../figures.ts";
import { benchForms } from "./forms.ts";

/** The parts of the bench of charts, each on its own as well. */
export const chartSections: Readonly<Record<string, () => Promise<Figure[]>>> = { forms: benchForms };

/** Everything about charts: the sections that are named, or all of them. */
export async function benchCharts(names: readonly string[]): Promise<Figure[]> {
  const chosen = names.length === 0 ? Object.keys(chartSections) : names;
  const unknown = chosen.filter((name) => !Object.hasOwn(chartSections, name));
  if (unknown.length > 0) {
    throw new Error(`no section ${unknown.join(", ")}; there are: ${Object.keys(chartSections).join(", ")}`);
  }
  const figures: Figure[] = [];
  for (const name of chosen) {
    console.error(`bench: ${name} …`);
    figures.push(...((await chartSections[name]?.()) ?? []));
  }
  return figures;
}
