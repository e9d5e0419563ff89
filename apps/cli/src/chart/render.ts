import { readFile } from "node:fs/promises";
import {
  actionsOf,
  type ChartForm,
  chartFormOf,
  formOfValuesUi,
  type ItemProperty,
  issueText,
  type ParsedChart,
  RenderError,
} from "@platz/chart-ext";
import { type Json, JsonObject } from "@platz/domain";
import { parse } from "yaml";
import { z } from "zod";
import type { Output } from "../output.ts";
import { UsageError } from "../usage-error.ts";
import { readChart } from "./read-chart.ts";

export interface RenderOptions {
  /** File with what a person would fill in, YAML or JSON. */
  readonly inputs: string;
  /** Renders the body of this action instead of the chart's values. */
  readonly action?: string | undefined;
  /** File with the items that the inputs refer to: collection, id, properties. */
  readonly collections?: string | undefined;
}

const Collections = z.record(z.string(), z.record(z.string(), JsonObject));

/** What these inputs give: values and Secrets of the chart, or the body of an action; or what is wrong with them. */
export async function renderChart(path: string, options: RenderOptions): Promise<Output> {
  const chart = await readChart(path);
  if (chart.issues.length > 0) return refused(chart.issues.map(issueText));
  const inputs = await readYaml(options.inputs, JsonObject);
  const items = options.collections === undefined ? {} : await readYaml(options.collections, Collections);
  const form = formOf(chart, options.action);
  if (form === undefined)
    return shown(
      options.action === undefined ? { values: { config: inputs }, secrets: [] } : { body: inputs },
    );
  const issues = form.check(inputs);
  if (issues.length > 0) return refused(issues.map(({ input, message }) => `${input}: ${message}`));
  const resolve = (item: ItemProperty) => itemProperty(items, item);
  try {
    const { values, dropped } = await form.renderValues(inputs, resolve);
    if (options.action !== undefined) return shown({ body: values });
    const secrets = await form.renderSecrets(inputs, resolve);
    return shown({ values, secrets, dropped: dropped.map((path) => path.join(".")) });
  } catch (error) {
    if (error instanceof RenderError || error instanceof UsageError) return refused([error.message]);
    throw error;
  }
}

function formOf(chart: ParsedChart, action: string | undefined): ChartForm | undefined {
  if (action === undefined) return chartFormOf(chart.valuesUi);
  const known = actionsOf(chart.actions);
  const found = known.find(({ id }) => id === action);
  if (found) return found.uiSchema === null ? undefined : formOfValuesUi(found.uiSchema);
  const ids = known.map(({ id }) => id).join(", ") || "none";
  throw new UsageError(`The chart has no action "${action}"; it has: ${ids}.`);
}

function itemProperty(
  items: z.output<typeof Collections>,
  { collection, itemId, property }: ItemProperty,
): Json {
  const value = items[collection]?.[itemId]?.[property];
  if (value !== undefined) return value;
  throw new UsageError(`--collections has no "${property}" of ${collection} ${itemId}.`);
}

async function readYaml<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`The file ${file} cannot be read.`);
  });
  const read = schema.safeParse(parsed(file, text));
  if (read.success) return read.data;
  throw new UsageError(`${file}: ${z.prettifyError(read.error)}`);
}

function parsed(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new UsageError(`${file} is no YAML and no JSON.`, { cause });
  }
}

function shown(result: object): Output {
  return { text: JSON.stringify(result, null, 2), status: 0 };
}

function refused(issues: readonly string[]): Output {
  return { text: JSON.stringify({ issues }, null, 2), status: 1 };
}
