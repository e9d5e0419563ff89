import { partsFromEnvironment, startTestParts } from "../../testing/test-parts.ts";
import type { Figure } from "../figures.ts";
import { runSections } from "../sections.ts";
import { benchEcrEvents } from "./ecr-events.ts";
import { benchForms } from "./forms.ts";
import { benchPolling } from "./polling.ts";
import { benchRegistry } from "./registry.ts";

const sections = {
  forms: benchForms,
  events: benchEcrEvents,
  registry: benchRegistry,
  polling: benchPolling,
};

/** Everything about charts: the sections that are named, or all of them. */
export async function benchCharts(names: readonly string[]): Promise<Figure[]> {
  await using parts = partsFromEnvironment()
    ? undefined
    : await startTestParts((line) => console.error(line));
  Object.assign(process.env, parts?.environment);
  return await runSections(sections, names);
}
