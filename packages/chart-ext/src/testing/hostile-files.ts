import type { Json } from "../json.ts";

export const times = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => item(index));

export const form = (inputs: readonly object[], outputs: object = { values: [] }) =>
  JSON.stringify({ inputs, outputs });
export const input = (id: string, more: object = {}) => ({ id, type: "text", label: id, ...more });
const anyOf = (ids: readonly string[]) => ({ or: ids.map((id) => ({ var: id })) });

/** Inputs in layers, each of which depends on the whole next layer: there are more ways than anybody counts. */
const layers = (count: number, width: number) =>
  times(count, (layer) =>
    times(width, (index) =>
      input(`l${layer}-${index}`, { showIf: anyOf(times(width, (next) => `l${layer + 1}-${next}`)) }),
    ),
  ).flat();

/** A chain, closed to one great circle. */
const circle = (count: number) =>
  times(count, (index) => input(`i${index}`, { showIf: { "!": { var: `i${(index + 1) % count}` } } }));

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** Files that chart-ext reads, by their size. What it is in them may be sense or nonsense. */
export const hostileFiles: Record<
  string,
  { readonly size: number; of(size: number): Record<string, string> }
> = {
  "inputs in layers": { size: 60, of: (n) => ({ "platz/values-ui.yaml": form(layers(n, 4)) }) },
  "a circle through all inputs": { size: 240, of: (n) => ({ "platz/values-ui.yaml": form(circle(n)) }) },
  "keys of one object": {
    size: 5_000,
    of: (n) => ({ "platz/features.yaml": times(n, (index) => `k${index}: 1\n`).join("") }),
  },
  "keys of one object, in flow": {
    size: 5_000,
    of: (n) => ({ "platz/features.yaml": `{${times(n, (index) => `k${index}: 1`).join(",")}}` }),
  },
  "keys of values.yaml": {
    size: 5_000,
    of: (n) => ({ "values.yaml": times(n, (index) => `k${index}: {a: [1]}\n`).join("") }),
  },
  "the same key again and again": {
    size: 5_000,
    of: (n) => ({ "platz/features.yaml": "a: 1\n".repeat(n) }),
  },
  brackets: { size: 50_000, of: (n) => ({ "platz/actions.yaml": nested(n, "[", "]") }) },
  "braces that open": { size: 50_000, of: (n) => ({ "platz/actions.yaml": "{a: ".repeat(n) }) },
  "indentation that grows": {
    size: 300,
    of: (n) => ({ "values.yaml": times(n, (index) => `${" ".repeat(index)}a:\n`).join("") }),
  },
  "anchors and aliases": {
    size: 1_000,
    of: (n) => ({
      "values.yaml": times(n, (index) => `k${index}: &a${index} [1, *a${Math.max(index - 1, 0)}]\n`)
        .join("")
        .replace("*a0", "0"),
    }),
  },
  "merges of merges": {
    size: 1_000,
    of: (n) => ({
      "values.yaml": `k0: &a0 {x0: 1}\n${times(
        n,
        (index) => `k${index + 1}: &a${index + 1} {<<: *a${index}, x${index + 1}: 1}\n`,
      ).join("")}`,
    }),
  },
  "ids that stand twice": {
    size: 240,
    of: (n) => ({ "platz/values-ui.yaml": form(times(n, (index) => input(`i${index % 7}`))) }),
  },
  "outputs of inputs that are not there": {
    size: 480,
    of: (n) => ({
      "platz/values-ui.yaml": form(
        times(200, (index) => input(`i${index}`)),
        {
          values: times(n, (index) => ({ path: ["a"], value: { FieldValue: { input: `x${index}` } } })),
          secrets: Object.fromEntries(
            times(n, (index) => [`S ${index}`, { "k k": { FieldValue: { input: `x${index}` } } }]),
          ),
        },
      ),
    }),
  },
  "initial values beside options": {
    size: 240,
    of: (n) => ({
      "platz/values-ui.yaml": form([
        input("a", {
          type: "array",
          itemType: "RadioSelect",
          options: times(n, (index) => ({ value: `o${index}` })),
          initialValue: times(n, (index) => `o${n - index - 1}`),
        }),
      ]),
    }),
  },
  "problems in each line": {
    size: 5_000,
    of: (n) => ({ "platz/values-ui.yaml": `inputs:\n${"- {id: 1, type: x}\n".repeat(n)}` }),
  },
  actions: {
    size: 1_000,
    of: (n) => ({ "platz/actions.yaml": JSON.stringify(times(n, () => ({ kind: "Action" }))) }),
  },
  "resource types": {
    size: 45,
    of: (n) => ({
      "platz/resources.yaml": JSON.stringify(
        times(n, () => ({
          apiVersion: "platz.io/v1beta1",
          kind: "ResourceType",
          key: "same",
          spec: {
            name_singular: "a",
            name_plural: "a",
            fontawesome_icon: "a",
            values_ui: JSON.parse(form(circle(20))),
          },
        })),
      ),
    }),
  },
  "paths of features": {
    size: 5_000,
    of: (n) => ({ "platz/features.yaml": JSON.stringify({ node_selector_paths: times(n, () => ["a"]) }) }),
  },
  "references to one long text": {
    size: 2_000,
    of: (n) => ({
      "values.schema.json": JSON.stringify({
        $defs: { a: { description: "x".repeat(20 * n) } },
        properties: Object.fromEntries(times(n, (index) => [`p${index}`, { $ref: "#/$defs/a" }])),
      }),
    }),
  },
  "references by a long way": {
    size: 2_000,
    of: (n) => ({
      "values.schema.json": JSON.stringify({
        $defs: { a: { $ref: `#${"/x".repeat(10 * n)}` } },
        properties: Object.fromEntries(times(n, (index) => [`p${index}`, { $ref: "#/$defs/a" }])),
      }),
    }),
  },
  "a schema that refers to itself twice at each level": {
    size: 8,
    of: (n) => ({
      "values.schema.json": JSON.stringify({
        properties: Object.fromEntries(times(n, (index) => [`p${index}`, { $ref: "#" }])),
      }),
    }),
  },
  "required names": {
    size: 5_000,
    of: (n) => ({
      "values.schema.json": JSON.stringify({
        required: times(n, (index) => `p${index}`),
        properties: Object.fromEntries(times(n, (index) => [`p${index}`, {}])),
      }),
    }),
  },
  "patterns of a schema": {
    size: 400,
    of: (n) => ({
      "values.schema.json": JSON.stringify({
        properties: Object.fromEntries(times(n, (index) => [`p${index}`, { pattern: "(a{30}){30}(?=b)" }])),
      }),
    }),
  },
};

/** Any tree of about this many values: deep, wide or long, as chance has it. */
export function anything(values: number, random: () => number): Json {
  let left = values;
  const shape = random();
  const grow = (depth: number): Json => {
    left -= 1;
    if (left <= 0 || depth > 60 || random() < shape / 4) return random() < 0.5 ? "x".repeat(8) : left;
    const width = 1 + Math.floor(random() * (random() < shape ? 60 : 3));
    if (random() < 0.4) return times(width, () => grow(depth + 1));
    return Object.fromEntries(
      times(width, () => [names[Math.floor(random() * names.length)] ?? "", grow(depth + 1)]),
    );
  };
  const tree: Json[] = [];
  while (left > 0) tree.push(grow(0));
  return tree;
}
const names = [
  "inputs",
  "properties",
  "allOf",
  "$ref",
  "enum",
  "if",
  "var",
  "or",
  "required",
  "pattern",
  "a",
  "b",
];
