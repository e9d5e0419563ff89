import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { featuresOf, insertPlain, parseChart, renderValues, valuesUiOf } from "@platz/chart-ext";
import { type SampleChart, sampleChartFiles, sampleCharts } from "../sample-charts.ts";

export type Inputs = Parameters<typeof renderValues>[1];

/** What Platz gives to a chart of an env that has a node selector, on a cluster that has a domain. */
export const injected = {
  nodeSelector: { pool: "blue" },
  tolerations: [{ key: "blue", operator: "Exists" }],
  ingress: {
    enabled: true,
    className: "nginx",
    hosts: [{ host: "paintmixer-lobby.apps.test", paths: [{ path: "/", pathType: "Prefix" }] }],
    tls: [{ secretName: "wild", hosts: ["paintmixer-lobby.apps.test"] }],
  },
} satisfies Inputs;

/** A setting of the test run; the run sets up the part that it names. */
export function testSetting(name: "PLATZ_TEST_HELM" | "PLATZ_TEST_KUBECONFIG"): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests with \`npm test\`.`);
  return value;
}

export function sample(repository: string, tag = "1.0.0"): SampleChart {
  const chart = sampleCharts.find((each) => each.repository === repository && each.tag === tag);
  if (chart === undefined) throw new Error(`there is no sample ${repository}:${tag}`);
  return chart;
}

export async function formOf(chart: SampleChart) {
  const text = new TextDecoder();
  const files = Object.entries(await sampleChartFiles(chart));
  const parsed = parseChart(new Map(files.map(([path, bytes]) => [path, text.decode(bytes)])));
  const form = valuesUiOf(parsed.valuesUi);
  if (!form) throw new Error(`${chart.repository} has no form`);
  return { form, features: featuresOf(parsed.features) };
}

/** A chart in a folder of its own, with the values that Platz would give to it (workers spec 3.8); removed at the end. */
export async function unpackSample(chart: SampleChart, inputs?: Inputs) {
  const top = await mkdtemp(join(tmpdir(), "sample-charts-"));
  const folder = join(top, chart.repository);
  for (const [path, bytes] of Object.entries(await sampleChartFiles(chart))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const values = join(top, "values.json");
  await writeFile(values, JSON.stringify(inputs ? await valuesOf(chart, inputs) : {}));
  return { folder, values, [Symbol.asyncDispose]: () => rm(top, { recursive: true }) };
}

async function valuesOf(chart: SampleChart, inputs: Inputs): Promise<Inputs> {
  const { form, features } = await formOf(chart);
  const values: Inputs = { ...injected };
  for (const path of features.nodeSelectorPaths) insertPlain(values, path, injected.nodeSelector);
  for (const path of features.tolerationsPaths) insertPlain(values, path, injected.tolerations);
  const rendered = await renderValues(form, inputs, () => "s3cr3t");
  return { ...values, ...rendered.values };
}

/** Runs the helm of the test run. */
export async function helm(...argv: readonly string[]) {
  const run = Bun.spawn([testSetting("PLATZ_TEST_HELM"), ...argv], {
    env: { HOME: tmpdir() },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  return { exit: await run.exited, out, err };
}

/** `helm template` of a sample chart: the objects by kind and name. */
export async function renderSample(chart: SampleChart, inputs?: Inputs) {
  await using unpacked = await unpackSample(chart, inputs);
  const argv = ["template", "paintmixer-lobby", unpacked.folder, "--values", unpacked.values];
  const { exit, out, err } = await helm(...argv);
  const documents = out.split(/^---$/m).filter((text) => /^kind:/m.test(text));
  const parsed = documents.map(
    (text) => Bun.YAML.parse(text) as { kind: string; metadata: { name: string } },
  );
  const objects = new Map(parsed.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
  return { exit, err, objects };
}
