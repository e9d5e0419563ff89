import { describe, expect, test } from "bun:test";
import { actionsOf } from "./actions.ts";
import { valuesUiOf } from "./chart-form.ts";
import { issueText } from "./chart-issue.ts";
import { featuresOf } from "./features.ts";
import { parseChart } from "./parse-chart.ts";

const chartYaml = "apiVersion: v2\nname: x\nversion: 1.0.0\n";

function chart(files: Record<string, string>) {
  const parsed = parseChart(new Map(Object.entries({ "Chart.yaml": chartYaml, ...files })));
  return { ...parsed, told: parsed.issues.map(issueText) };
}

const wrapped = (kind: string, spec: string, version = "v1beta1") =>
  `apiVersion: platz.io/${version}\nkind: ${kind}\n${spec}`;
const features = (text: string) => chart({ "platz/features.yaml": text });

describe("features", () => {
  test("v1beta2 with an ingress and no format has both name parts in its host", () => {
    const parsed = features(
      wrapped(
        "Features",
        "spec: {ingress: {enabled: true}, display: {icon: {font_awesome: rocket}}}",
        "v1beta2",
      ),
    );
    expect(parsed.told).toEqual([]);
    expect(featuresOf(parsed.features)).toMatchObject({
      ingress: { enabled: true, hostnameFormat: "KindAndName" },
      display: { name: null, icon: { font_awesome: "rocket" } },
      reinstallDependencies: true,
    });
  });

  test("v1beta2 with format, status and a name from a field", () => {
    const spec =
      "spec:\n  ingress: {enabled: false, hostname_format: Name}\n" +
      "  status: {endpoint: standard_ingress, path: /status, refresh_interval_secs: 30}\n" +
      "  display: {name: {InputField: {name: title}}}\n";
    expect(featuresOf(features(wrapped("Features", spec, "v1beta2")).features)).toMatchObject({
      ingress: { enabled: false, hostnameFormat: "Name" },
      status: { path: "/status", refreshIntervalSecs: 30 },
      display: { name: { InputField: { name: "title" } } },
    });
  });

  test("the older forms mean the same", () => {
    const older = features("standard_ingress: true\ncardinality: OnePerCluster\n");
    const newer = features(wrapped("Features", "spec: {standard_ingress: true, cardinality: OnePerCluster}"));
    expect(featuresOf(older.features)).toEqual(featuresOf(newer.features));
    expect(featuresOf(older.features)).toMatchObject({
      ingress: { enabled: true },
      cardinality: "OnePerCluster",
    });
  });

  test("a chart without the file has the same defaults as one with an empty form", () => {
    expect(featuresOf(null)).toEqual(featuresOf(features("{}").features));
  });

  test.each([
    [
      wrapped("Features", "spec: {ingress: {hostname_format: Name}}", "v1beta2"),
      "platz/features.yaml:3: spec.ingress.enabled: is required",
    ],
    [
      wrapped("Features", "spec: {}", "v1beta9"),
      "platz/features.yaml:1: has an unknown apiVersion; use platz.io/v1beta2 or platz.io/v1beta1",
    ],
    [wrapped("Feature", "spec: {}", "v1beta2"), "platz/features.yaml:2: kind: must be Features"],
    [
      wrapped("Features", "spec: {cardinality: Few}", "v1beta2"),
      "platz/features.yaml:3: spec.cardinality: must be Many or OnePerCluster",
    ],
  ])("an apiVersion with a body that does not fit is told, not taken for defaults: %#", (text, told) => {
    const parsed = features(text);
    expect(parsed.features).toBeNull();
    expect(parsed.told).toEqual([told]);
  });
});

describe("files and layouts", () => {
  test("a form without a wrapper loads as the oldest version, in either layout", () => {
    const body = '{"inputs": [{"id": "a", "type": "TEXT", "label": "A"}]}';
    const modern = valuesUiOf(chart({ "platz/values-ui.yaml": body }).valuesUi);
    const legacy = valuesUiOf(chart({ "values.ui.json": body }).valuesUi);
    expect(modern).toEqual(legacy);
    expect(modern?.inputs[0]).toMatchObject({ type: "text", required: false, initialValue: null });
  });

  test("with a folder `platz` the legacy files are not read", () => {
    expect(chart({ "platz/features.yaml": "{}", "values.ui.json": "not even JSON" }).told).toEqual([]);
  });

  test("one bad file takes nothing from the others, and each says what is wrong with it", () => {
    const parsed = chart({
      "platz/values-ui.yaml": wrapped("ValuesUi", "inputs:\n  - id: a\n    type: nonsense\n    label: 5\n"),
      "platz/actions.yaml": "- apiVersion: platz.io/v1beta1\n---\n- more\n",
      "platz/features.yaml": wrapped("Features", "spec: {ingress: {enabled: true}}", "v1beta2"),
    });
    expect(parsed.valuesUi).toBeNull();
    expect(parsed.actions).toBeNull();
    expect(featuresOf(parsed.features).ingress.enabled).toBe(true);
    expect(parsed.metadata?.version).toBe("1.0.0");
    expect(parsed.told).toEqual([
      "platz/values-ui.yaml:5: inputs.0.type: must be array or one of text, number, CollectionSelect, RadioSelect, DaysAndHour, Checkbox",
      "platz/values-ui.yaml:6: inputs.0.label: must be a string",
      "platz/actions.yaml: must hold one YAML document: write a list instead of `---` between parts",
    ]);
  });

  test("Chart.yaml gives version and git annotations; a missing or older one is told", () => {
    const annotations =
      "annotations:\n  platz.io/git/commit: abc\n  platz.io/git/branch: main\n" +
      "  platz.io/git/repo: https://git.example.com/x\n  platz.io/git/provider: plain\n";
    expect(chart({ "Chart.yaml": chartYaml + annotations }).metadata).toEqual({
      version: "1.0.0",
      gitCommit: "abc",
      gitBranch: "main",
      gitRepo: "https://git.example.com/x",
      gitProvider: "plain",
    });
    expect(chart({ "Chart.yaml": "apiVersion: v1\nversion: 1.0.0" }).told).toEqual([
      "Chart.yaml:1: apiVersion: must be v2",
    ]);
    expect(parseChart(new Map()).issues.map(issueText)).toEqual(["Chart.yaml: is missing"]);
  });
});

test("actions of both versions are the same actions", () => {
  const spec = {
    id: "stir",
    allowed_role: "Maintainer",
    endpoint: "standard_ingress",
    path: "/stir",
    method: "POST",
    title: "Stir",
    description: "Stirs.",
    ui_schema: { inputs: [{ id: "speed", type: "number", label: "Speed" }] },
  };
  const older = chart({ "platz/actions.yaml": JSON.stringify({ schema_version: 0, actions: [spec] }) });
  const newer = chart({
    "platz/actions.yaml": JSON.stringify([{ apiVersion: "platz.io/v1beta1", kind: "Action", spec }]),
  });
  expect([...older.told, ...newer.told]).toEqual([]);
  expect(actionsOf(older.actions)).toEqual(actionsOf(newer.actions));
  expect(actionsOf(newer.actions)[0]).toMatchObject({ id: "stir", dangerous: false, allowedOnStatuses: [] });
});

test("what is stored reads back as what was stored", () => {
  const { valuesUi } = chart({
    "platz/values-ui.yaml": wrapped(
      "ValuesUi",
      "inputs:\n  - {id: n, type: number, label: N, minimum: 0.5, maximum: '7', options: [{value: 1}]}\n",
    ),
  });
  const stored = JSON.parse(JSON.stringify(valuesUi));
  expect(stored.inputs[0]).toMatchObject({ minimum: "0.5", maximum: "7", step: null });
  expect(valuesUiOf(stored)).toEqual(stored);
});

test.each([
  ["a file of two million characters", "a: ".padEnd(2_000_000, "x"), /at most 1000000 characters/],
  ["ten thousand open brackets", "[".repeat(10_000), /YAML|nested/],
  [
    "deep mappings",
    Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    /nested deeper/,
  ],
  [
    "aliases that explode",
    `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh".replace(
      /./g,
      (c) =>
        `${c}: &${c} [${Array(9)
          .fill(`*${String.fromCharCode(c.charCodeAt(0) - 1)}`)
          .join()}]\n`,
    )}`,
    /aliases/,
  ],
  ["the same key twice", "standard_ingress: true\nstandard_ingress: false\n", /unique/],
  ["binary content", "\u0000\u0001\u0002", /YAML|expected|object/],
  ["nothing at all", "", /empty|object|form/],
])("%s is one issue of its file, and nothing worse", (_, text, told) => {
  const { told: all, metadata } = features(text);
  expect(all).toHaveLength(1);
  expect(all[0]).toMatch(told);
  expect(metadata).not.toBeNull();
});
