import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationFailed } from "@platz/domain";
import { childProcessRunner, type HelmRunner, jobRunner } from "@platz/helm";
import { JobHost, loadKubeconfig, openCluster } from "@platz/kubernetes";
import { type ChartFiles, packageChart } from "@platz/oci";
import { hiddenFile, makeArchive } from "@platz/oci/testing";
import fc from "fast-check";
import { type SoundChart, soundChart } from "./sound-chart.ts";
import { type Canary, openCanary } from "./testing/canary.ts";

const schema = "values.schema.json";
const namespace = `outside-${crypto.randomUUID().slice(0, 8)}`;
let canary: Canary;
let folder: string;
let kubeconfig: string;
let runners: { readonly process: HelmRunner; readonly job: HelmRunner };

beforeAll(async () => {
  canary = await openCanary();
  folder = await mkdtemp(join(tmpdir(), "platz-outside-"));
  const kubeconfigPath = process.env["PLATZ_TEST_KUBECONFIG"] ?? "";
  kubeconfig = await readFile(kubeconfigPath, "utf8");
  const connection = await loadKubeconfig(kubeconfigPath);
  await openCluster(connection).createNamespace({ name: namespace, deploymentId: crypto.randomUUID() });
  runners = {
    process: childProcessRunner({
      helmPath: process.env["PLATZ_TEST_HELM"] ?? "",
      privateRoot: join(folder, "private"),
      // Whoever asks another host asks the canary, or nobody, and fails.
      environment: { HTTP_PROXY: canary.url, HTTPS_PROXY: "http://127.0.0.1:1" },
    }),
    job: jobRunner({
      host: new JobHost(connection, namespace),
      image: "platz.test/helm",
      nodeSelector: { "platz.test/runs-pods": "true" },
      tolerations: [{ key: "platz.test/runs-pods", operator: "Exists" }],
    }),
  };
});
afterAll(async () => {
  await openCluster(await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "")).deleteNamespace(
    namespace,
  );
  await rm(folder, { recursive: true });
  await canary[Symbol.asyncDispose]();
});

const plain = (name = "paint"): ChartFiles => ({
  "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  "values.yaml": "text: hello\n",
  "templates/config.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n  text: {{ .Values.text | quote }}\n",
});
const with_ = (value: unknown): ChartFiles => ({
  ...plain(),
  [schema]: typeof value === "string" ? value : JSON.stringify(value),
});
const chart = { imageDigest: "sha256:1", imageTag: "1.0.0", quarantine: null };
const sound = (archive: Uint8Array<ArrayBuffer>) =>
  soundChart(archive, { PLATZ_OUTSIDE_SCHEMAS: "skip" }, { chart });

async function template(chart: Pick<SoundChart, "chartArchive" | "skipSchemaValidation">) {
  const { chartArchive, skipSchemaValidation } = chart;
  const rendering = { release: "a", namespace: "a", values: ["{}"], chartArchive, skipSchemaValidation };
  return await runners.process.run({ command: "template", ...rendering });
}

type Case = readonly [string, (canary: Canary) => ChartFiles | Promise<ChartFiles>];

/** What Helm fetches when it is left to itself. */
const fetched: Case[] = [
  ["http", ({ url }) => with_({ $ref: `${url}/a` })],
  ["https", ({ url }) => with_({ $ref: `${url.replace("http", "https")}/a` })],
  ["https of another host", () => with_({ $ref: "https://schemas.test/a" })],
  ["another host", () => with_({ $ref: "http://schemas.test/a" })],
  ["a redirect", ({ url }) => with_({ $ref: `${url}/redirect` })],
  ["a file", ({ files }) => with_({ $ref: `file://${files.schema}` })],
  ["a file without its scheme", ({ files }) => with_({ $ref: files.schema })],
  ["a relative file", ({ files }) => with_({ $ref: `.${files.schema}` })],
  ["a pointer into a file", ({ files }) => with_({ $ref: `file://${files.parts}#/defs/a` })],
  ["a list", ({ url }) => with_({ allOf: [{}, { anyOf: [{ $ref: `${url}/a` }] }] })],
  ["$dynamicRef", ({ url }) => with_({ properties: { text: { $dynamicRef: `${url}/a` } } })],
  ["$recursiveRef", ({ url }) => with_({ properties: { text: { $recursiveRef: `${url}/a` } } })],
  ["$schema", ({ url }) => with_({ $schema: `${url}/meta` })],
  ["$schema of a part", ({ url }) => with_({ properties: { text: { $schema: `${url}/meta` } } })],
  ["a relative reference below $id", ({ url }) => with_({ $id: `${url}/a/b`, items: { $ref: "c" } })],
  [
    "$id with a query",
    ({ url }) => with_({ $id: `${url}/q?`, items: { $ref: "#/$defs/a" }, $defs: { a: {} } }),
  ],
  [
    "id of the oldest draft",
    ({ url }) =>
      with_({
        $schema: "http://json-schema.org/draft-04/schema#",
        id: `${url}/q?`,
        items: { $ref: "#/definitions/a" },
        definitions: { a: {} },
      }),
  ],
  [
    "a place that no keyword makes",
    ({ url }) => with_({ items: { $ref: "#/x/y" }, x: { y: { $ref: `${url}/a` } } }),
  ],
  ["an escaped name", ({ url }) => with_(`{"\\u0024ref": "${url}/a"}`)],
  ["the last of two", ({ url }) => with_(`{"$ref": "#", "$ref": "${url}/a"}`)],
  ["a byte order mark", ({ url }) => with_(`\uFEFF{"$ref": "${url}/a"}`)],
  ["a scheme in capitals", ({ url }) => with_({ $ref: `${url.replace("http", "HTTP")}/a` })],
  ["a near miss of a draft", () => with_({ $ref: "http://json-schema.org/draft-07/schemaX" })],
  [
    "a chart within the chart",
    ({ url }) => ({
      ...plain(),
      "charts/in/Chart.yaml": plain("in")["Chart.yaml"] ?? "",
      "charts/in/values.yaml": "a: b\n",
      [`charts/in/${schema}`]: JSON.stringify({ $ref: `${url}/a` }),
    }),
  ],
  [
    "a packed chart in a packed chart",
    async ({ url }) => {
      const { [schema]: _, ...rest } = plain("deep");
      const deep = await packageChart({ ...rest, [schema]: JSON.stringify({ $ref: `${url}/a` }) });
      return {
        ...plain(),
        "charts/mid.tgz": await packageChart({ ...plain("mid"), "charts/deep.tgz": deep }),
      };
    },
  ],
];

describe("nothing is fetched by a chart's schema", () => {
  test.each(fetched)("that refers by %s, although Helm would", async (_, chartOf) => {
    const archive = await packageChart(await chartOf(canary));
    const raw = await template({ chartArchive: archive, skipSchemaValidation: false });
    expect(canary.asked().length + (raw.failure === undefined ? 0 : 1)).toBeGreaterThan(0);
    const chart = await sound(archive);
    expect(chart.outside.length).toBeGreaterThan(0);
    expect(await template(chart)).toMatchObject({
      exit: 0,
      answer: expect.stringContaining('text: "hello"'),
    });
    expect(canary.asked()).toEqual([]);
  });

  test("that only Helm would find in the archive", async () => {
    const reference = JSON.stringify({ $ref: `${canary.url}/a` });
    const entries = Object.entries(plain()).map(([path, content]) => ({ name: `paint/${path}`, content }));
    const archive = await makeArchive([
      ...entries,
      hiddenFile("paint/note.txt", `paint/${schema}`, reference),
    ]);
    await template({ chartArchive: archive, skipSchemaValidation: false });
    expect(canary.asked()).toHaveLength(1);
    expect(await template(await sound(archive))).toMatchObject({ exit: 0 });
    expect(canary.asked()).toEqual([]);
  });

  test("whatever a schema is that is found to refer to itself alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySchema(), { minLength: 40, maxLength: 40 }), async (schemas) => {
        const files: Record<string, string | Uint8Array> = { ...plain() };
        let taken = 0;
        for (const [index, value] of schemas.entries()) {
          const alone = await sound(await packageChart(with_(value)));
          if (alone.skipSchemaValidation) continue;
          taken += 1;
          const at = `charts/in${index}`;
          files[`${at}/Chart.yaml`] = plain(`in${index}`)["Chart.yaml"] ?? "";
          files[`${at}/values.yaml`] = "text: hello\n";
          files[`${at}/${schema}`] = JSON.stringify(value);
        }
        expect(taken).toBeGreaterThan(0);
        const chart = await sound(await packageChart(files));
        expect(chart).toMatchObject({ skipSchemaValidation: false, outside: [] });
        await template(chart);
        expect(canary.asked()).toEqual([]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 60_000);
});

/** Schemas with what leads somewhere, at home and elsewhere, in any place. */
function anySchema() {
  const address = fc
    .constantFrom("/a", "/a?", "/a#", "/a/../b", "/a//b", "/%61", "", "?", "/a;b", "/a b")
    .map((path) => canary.url + path);
  const id = fc.oneof(
    address,
    fc.constantFrom("a", "#a", "a/b.json", "?", "urn:a:b", "http:a", "//a.test/b", "."),
  );
  const reference = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("#", "#/$defs/a", "#/definitions/a", "#/x/a", "#a", "#/items") },
    { weight: 1, arbitrary: fc.oneof(address, id) },
  );
  const dialect = fc.constantFrom(
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
  );
  const at = <Value>(percent: number, arbitrary: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: percent, arbitrary }, { weight: 100 - percent, arbitrary: fc.constant(undefined) });
  const schemaOf = (depth: number): fc.Arbitrary<unknown> => {
    const part = depth === 0 ? fc.boolean() : schemaOf(depth - 1);
    return fc.record({
      $id: at(25, id),
      id: at(10, id),
      $schema: at(10, dialect),
      $ref: at(40, reference),
      $dynamicRef: at(5, reference),
      $recursiveRef: at(5, reference),
      $anchor: at(5, fc.constantFrom("a", "b")),
      items: at(15, part),
      allOf: at(15, fc.array(part, { minLength: 1, maxLength: 2 })),
      properties: at(25, fc.record({ text: part })),
      $defs: at(20, fc.record({ a: part })),
      definitions: at(20, fc.record({ a: part })),
      x: at(10, fc.record({ a: part })),
    });
  };
  return schemaOf(3);
}

describe("a chart whose schema refers to itself alone", () => {
  test("is checked by Helm, with a draft as a part, an address of its own, and packed anew", async () => {
    const chart = await sound(
      await packageChart(
        with_({
          $schema: "http://json-schema.org/draft-07/schema#",
          $id: `${canary.url}/paint.json`,
          properties: {
            text: { $ref: "#/definitions/number" },
            other: { $ref: "http://json-schema.org/draft-07/schema#" },
          },
          definitions: { number: { type: "number" } },
        }),
      ),
    );
    expect(chart.outside).toEqual([]);
    expect((await template(chart)).failure).toContain("at '/text': got string, want number");
    expect(canary.asked()).toEqual([]);
  });
});

test("an installation may refuse charts whose schemas lead outside", async () => {
  const archive = await packageChart(with_({ $ref: "https://schemas.test/a" }));
  const refused = soundChart(archive, { PLATZ_OUTSIDE_SCHEMAS: "refuse" }, { chart });
  await expect(refused).rejects.toThrow(OperationFailed);
  await expect(refused).rejects.toThrow(
    "The chart's schemas lead outside of it, which this installation does not allow: values.schema.json:1: $ref: refers to https://schemas.test/a",
  );
});

describe.each(["process", "job"] as const)("by the runner %s", (name) => {
  test("an install, an upgrade and a rendering ask nobody, and the values arrive", async () => {
    const { url, files } = canary;
    const refs = [`${url}/a`, `${url}/redirect`, "https://schemas.test/a", `file://${files.schema}`];
    const archive = await packageChart({
      ...with_({ $schema: `${url}/meta`, allOf: refs.map(($ref) => ({ $ref })) }),
      // Where dependencies would come from, if they were fetched.
      "Chart.yaml": `apiVersion: v2\nname: paint\nversion: 1.0.0\ndependencies:\n  - { name: in, version: 1.0.0, repository: "${url}/charts" }\n`,
      "Chart.lock": `dependencies:\n  - { name: in, version: 1.0.0, repository: "oci://${new URL(url).host}/charts" }\ndigest: sha256:00\ngenerated: "2026-01-01T00:00:00Z"\n`,
      "charts/in.tgz": await packageChart({
        ...plain("in"),
        [schema]: JSON.stringify({ $ref: `${url}/packed` }),
      }),
      "templates/dns.yaml":
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-dns\ndata:\n  address: {{ getHostByName "localhost" | quote }}\n',
    });
    const { outside: _outside, mentionsContainers: _word, ...chart } = await sound(archive);
    const release = `outside-${name}`;
    const runner = runners[name];
    for (const text of ["first", "second"]) {
      const values = [JSON.stringify({ text })];
      const done = await runner.run({
        command: "upgrade-install",
        release,
        namespace,
        kubeconfig,
        values,
        ...chart,
      });
      expect(done).toMatchObject({ exit: 0, failure: undefined });
    }
    const rendered = await runner.run({ command: "template", release, namespace, values: ["{}"], ...chart });
    expect(rendered.answer).toContain(`name: ${release}-in`);
    // Names are looked up by nobody.
    expect(rendered.answer).toContain('address: ""');
    expect(canary.asked()).toEqual([]);
  }, 60_000);
});
