#!/usr/bin/env bun
import { Command, Option } from "commander";
import { inspectChart } from "./chart/inspect.ts";
import { type LintOptions, lintChart } from "./chart/lint.ts";
import { type RenderOptions, renderChart } from "./chart/render.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usage-error.ts";

const platz = new Command("platz").description("The command line of Platz.");
const chart = platz.command("chart").description("checks and tries out a chart before it is pushed");
const where = "a chart's folder, or its .tgz archive";

chart
  .command("lint")
  .description(
    "says what is wrong with the chart's extension files, with line numbers, and what it needs a grant for; exit status 1 if anything is wrong",
  )
  .argument("<chart>", where)
  .addOption(
    new Option("--helm <file>", "the Helm to render the chart with, else the one in PATH").env(
      "PLATZ_HELM_BIN",
    ),
  )
  .action((path: string, options: LintOptions) => show(lintChart(path, options)));

chart
  .command("inspect")
  .description(
    "prints the canonical form of the chart's extensions as discovery would store it, or the issues",
  )
  .argument("<chart>", where)
  .option("--json", "print JSON, which is what it prints anyway")
  .action((path: string) => show(inspectChart(path)));

chart
  .command("render")
  .description("prints the values and Secrets that inputs give, or the body of an action")
  .argument("<chart>", where)
  .requiredOption("--inputs <file>", "what a person would fill in, as YAML or JSON")
  .option("--action <id>", "render the body of this action instead")
  .option("--collections <file>", "the items that inputs refer to, as {collection: {id: {property: value}}}")
  .option("--json", "print JSON, which is what it prints anyway")
  .action((path: string, options: RenderOptions) => show(renderChart(path, options)));

async function show(running: Promise<Output>): Promise<void> {
  try {
    const { text, status } = await running;
    process.stdout.write(`${text}\n`);
    process.exitCode = status;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

await platz.parseAsync(process.argv);
