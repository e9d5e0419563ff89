import { partsFromEnvironment, startTestParts } from "../../testing/test-parts.ts";
import type { Figure } from "../figures.ts";
import { runSections } from "../sections.ts";
import { benchBulkhead } from "./bulkhead.ts";
import { benchClaims } from "./claims.ts";
import { benchInstalls, benchThousand } from "./installs.ts";
import { benchClusters, benchEvents, benchIdle } from "./watches.ts";

const sections = {
  claims: benchClaims,
  bulkhead: benchBulkhead,
  installs: benchInstalls,
  idle: benchIdle,
  clusters: benchClusters,
  events: benchEvents,
  thousand: benchThousand,
};

/** The agent on parts of its own: the sections that are named, or all of them. */
export async function benchAgent(names: readonly string[]): Promise<Figure[]> {
  await using parts = partsFromEnvironment()
    ? undefined
    : await startTestParts((line) => console.error(line));
  Object.assign(process.env, parts?.environment);
  return await runSections(sections, names);
}
