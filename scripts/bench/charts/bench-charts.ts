import type { Figure } from "../figures.ts";
import { runSections } from "../sections.ts";
import { benchForms } from "./forms.ts";

const sections = { forms: benchForms };

/** Everything about charts: the sections that are named, or all of them. */
export async function benchCharts(names: readonly string[]): Promise<Figure[]> {
  return await runSections(sections, names);
}
