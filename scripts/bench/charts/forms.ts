import { type ChartForm, chartFormOf, parseChart, valuesUiOf, visibleInputs } from "@platz/chart-ext";
import { type Figure, ms, percentile } from "../figures.ts";

const INPUTS = 200;
const ROUNDS = 200;

/** What reading a form of 200 inputs costs, checking what was filled in, and rendering it. */
export async function benchForms(): Promise<Figure[]> {
  const files = new Map([
    ["Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"],
    ["platz/values-ui.yaml", largeForm()],
  ]);
  const parsed = parseChart(files);
  const stored = JSON.parse(JSON.stringify(parsed.valuesUi));
  const form = chartFormOf(stored);
  const ui = valuesUiOf(stored);
  if (form === undefined || ui === undefined) throw new Error("the form cannot be read");
  const inputs = Object.fromEntries(ui.inputs.map(({ id, type }) => [id, type === "number" ? 5 : "text"]));
  requireAccepted(form, inputs);
  const shown = visibleInputs(ui, inputs).length;
  return [
    { name: `form of ${INPUTS} inputs: shown of them`, value: String(shown) },
    await timed("parse its YAML", () => parseChart(files)),
    await timed("read it as it is stored", () => chartFormOf(stored)),
    await timed("check what was filled in", () => form.check(inputs)),
    await timed("render the values", () => form.renderValues(inputs, () => null)),
  ];
}

function requireAccepted(form: ChartForm, inputs: Parameters<ChartForm["check"]>[0]): void {
  const issues = form.check(inputs);
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join("; "));
}

/** Half texts, half numbers; every fourth depends on the one before it. */
function largeForm(): string {
  const inputs = Array.from({ length: INPUTS }, (_, index) => {
    const type = index % 2 === 0 ? "text" : "number";
    const condition = index % 4 === 3 ? `, showIf: {"==": [{var: in${index - 1}}, text]}` : "";
    return `- {id: in${index}, type: ${type}, label: Input ${index}, required: true${condition}}`;
  });
  const values = Array.from(
    { length: INPUTS },
    (_, index) =>
      `  - {path: [app, group${index % 10}, in${index}], value: {FieldValue: {input: in${index}}}}`,
  );
  const head = "apiVersion: platz.io/v1beta1\nkind: ValuesUi\n";
  return `${head}inputs:\n${inputs.join("\n")}\noutputs:\n  values:\n${values.join("\n")}\n`;
}

async function timed(name: string, run: () => unknown): Promise<Figure> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await run();
    samples.push(performance.now() - begun);
  }
  const [p50, p95] = [percentile(samples, 0.5), percentile(samples, 0.95)];
  return { name: `form of ${INPUTS} inputs: ${name}`, value: `p50 ${ms(p50)}, p95 ${ms(p95)}` };
}
