import { expect, test } from "bun:test";
import { issueText } from "../chart-issue.ts";
import { parseChart } from "../parse-chart.ts";

const chartYaml = "apiVersion: v2\nversion: 1.0.0\n";

function found(files: Record<string, string>): string[] {
  const { issues, findings } = parseChart(new Map(Object.entries({ "Chart.yaml": chartYaml, ...files })));
  expect(issues).toEqual([]);
  return findings.map(issueText);
}

function inForm(inputs: readonly object[], outputs?: object): string[] {
  const body = { inputs: inputs.map((input) => ({ type: "text", label: "x", ...input })), outputs };
  return found({ "platz/values-ui.yaml": JSON.stringify(body, null, 1) }).map((line) =>
    line.replace(/^platz\/values-ui\.yaml:\d+: /, ""),
  );
}

test("a finding says its file and its line", () => {
  const form = "inputs:\n- {id: a, type: text, label: A}\n- {id: a, type: text, label: B}\n";
  expect(found({ "platz/values-ui.yaml": form })).toEqual([
    "platz/values-ui.yaml:3: inputs.1.id: is the id of an earlier one too: only the first counts",
  ]);
});

const value = (input: string, path: readonly string[] = ["a"]) => ({
  path,
  value: { FieldValue: { input } },
});
const property = (input: string, name: string) => ({
  path: ["a"],
  value: { FieldProperty: { input, property: name } },
});

test.each<[readonly object[], object | undefined, string]>([
  [[], { values: [value("b")] }, "outputs.values.0.value: names the input b, which the form does not have"],
  [[{ id: "b" }], { values: [value("b", [])] }, "outputs.values.0.path: is empty: the value goes nowhere"],
  [
    [{ id: "b" }],
    { values: [property("b", "name")] },
    "outputs.values.0.value: asks for a property of b, which is no CollectionSelect: use FieldValue",
  ],
  [
    [{ id: "b", type: "CollectionSelect", collection: "secrets" }],
    { values: [property("b", "content")] },
    "outputs.values.0.value: asks for the property content, which b does not have: use id, created_at, updated_at, env_id, collection, name, contents",
  ],
  [
    [{ id: "b", type: "CollectionSelect", collection: "users" }],
    undefined,
    "inputs.0.collection: names users, from which nothing can be chosen: use deployments, secrets, or {deployment, type}",
  ],
  [
    [{ id: "b", type: "CollectionSelect", collection: 5 }],
    undefined,
    "inputs.0.collection: is no collection: use deployments, secrets, or {deployment, type}",
  ],
  [
    [{ id: "b" }],
    { values: [], secrets: { "My Keys": { "a b": { FieldValue: { input: "c" } } } } },
    "outputs.secrets.My Keys: is no name of a Kubernetes Secret: use small letters, digits and dashes",
  ],
  [
    [{ id: "b", showIf: { var: "c.d" } }],
    undefined,
    "inputs.0.showIf: depends on the input c, which the form does not have",
  ],
  [
    [{ id: "b", showIfAll: [{ field: "c", value: 1 }] }],
    undefined,
    "inputs.0.showIfAll: depends on the input c, which the form does not have",
  ],
  [[{ id: "b", showIf: { "!": [{ var: "b" }] } }], undefined, "inputs.0.showIf: depends on itself: b → b"],
  [
    [{ id: "b", showIf: { nosuchop: [1] } }],
    undefined,
    "inputs.0.showIf: uses the operator nosuchop, so the input is never shown",
  ],
  [
    [{ id: "b", type: "RadioSelect" }],
    undefined,
    "inputs.0.options: are missing: there is nothing to choose from",
  ],
  [
    [{ id: "b", type: "number", minimum: 3, maximum: 2 }],
    undefined,
    "inputs.0.minimum: is greater than the maximum",
  ],
  [[{ id: "b", type: "number", initialValue: "3" }], undefined, "inputs.0.initialValue: must be a number"],
  [
    [{ id: "b", type: "array", itemType: "text", initialValue: "3" }],
    undefined,
    "inputs.0.initialValue: must be a list",
  ],
])("what cannot be meant in a form is told: %j %j", (inputs, outputs, told) => {
  expect(inForm(inputs, outputs)).toContain(told);
});

test("inputs whose conditions make a circle are each told the way round", () => {
  const depends = (id: string, on: string) => ({ id, showIf: { "==": [{ var: on }, true] } });
  expect(inForm([depends("a", "b"), depends("b", "c"), depends("c", "a"), depends("d", "a")])).toEqual([
    "inputs.0.showIf: depends on itself: a → b → c → a",
    "inputs.1.showIf: depends on itself: b → c → a → b",
    "inputs.2.showIf: depends on itself: c → a → b → c",
  ]);
});

test("names within the items of a list are not taken for inputs", () => {
  const some = { some: [{ var: "list" }, { "==": [{ var: "name" }, "x"] }] };
  expect(
    inForm([
      { id: "list", type: "array", itemType: "text" },
      { id: "b", showIf: some },
    ]),
  ).toEqual([]);
});

const action = {
  id: "stir",
  allowed_role: "Owner",
  endpoint: "standard_ingress",
  path: "stir",
  method: "POST",
  title: "Stir",
  description: "Stirs.",
};

test("actions and resource types with one name, and an ingress that is not enabled, are told", () => {
  const wrapped = (spec: object) => ({ apiVersion: "platz.io/v1beta1", kind: "Action", spec });
  const type = {
    apiVersion: "platz.io/v1beta1",
    kind: "ResourceType",
    key: "shop",
    spec: {
      name_singular: "shop",
      name_plural: "shops",
      fontawesome_icon: "shop",
      values_ui: { inputs: [] },
    },
  };
  const features = {
    apiVersion: "platz.io/v1beta2",
    kind: "Features",
    spec: {
      status: { endpoint: "standard_ingress", path: "status", refresh_interval_secs: 60 },
      display: { name: { InputField: { name: "title" } } },
    },
  };
  const told = found({
    "platz/actions.yaml": JSON.stringify([wrapped(action), wrapped(action)]),
    "platz/resources.yaml": JSON.stringify([type, type]),
    "platz/features.yaml": JSON.stringify(features),
  });
  expect(told).toEqual([
    "platz/actions.yaml:1: 1.spec.id: is the id of an earlier one too: only the first counts",
    "platz/actions.yaml:1: 0.spec.endpoint: is the standard ingress, which the features do not enable",
    "platz/actions.yaml:1: 1.spec.endpoint: is the standard ingress, which the features do not enable",
    "platz/features.yaml:1: spec.status: is asked over the standard ingress, which is not enabled",
    "platz/features.yaml:1: spec.display.name: names the input title, which the form does not have",
    "platz/resources.yaml:1: 1.key: is the key of an earlier one too: only the first counts",
  ]);
});

test("the older form of actions is looked at as well", () => {
  const told = found({
    "actions.schema.json": JSON.stringify({ schema_version: 0, actions: [action, action] }),
    "features.json": '{"standard_ingress": true}',
  });
  expect(told).toEqual([
    "actions.schema.json:1: actions.1.id: is the id of an earlier one too: only the first counts",
  ]);
});
