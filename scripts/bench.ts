/**
 * `npm run bench [-- stack|api|agent|charts [section …]]`: measures, and prints figures with the machine that they come from. Not timed tests:
 * nothing fails because it is slow.
 */
import { cpus, totalmem } from "node:os";
import { benchAgent } from "./bench/agent/bench-agent.ts";
import { benchApi } from "./bench/api/bench-api.ts";
import { benchCharts } from "./bench/charts/bench-charts.ts";
import { type Figure, table } from "./bench/figures.ts";
import { benchStack } from "./bench/stack.ts";

const benches: Readonly<Record<string, (sections: readonly string[]) => Promise<Figure[]>>> = {
  stack: benchStack,
  api: benchApi,
  agent: benchAgent,
  charts: benchCharts,
};

const [name = "stack", ...sections] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined) {
  console.error(`usage: npm run bench -- <${Object.keys(benches).join("|")}> [section …]`);
  process.exit(1);
}
const figures = await bench(sections);
const [cpu] = cpus();
console.log(
  `On ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Bun ${Bun.version}:\n`,
);
console.log(table(figures));
process.exit(0);
