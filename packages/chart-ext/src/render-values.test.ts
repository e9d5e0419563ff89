import { describe, expect, test } from "bun:test";
import { valuesUiOf } from "./chart-form.ts";
import type { Json, JsonObject } from "./json.ts";
import { parseChart } from "./parse-chart.ts";
import { RenderError } from "./render-error.ts";
import { renderSecrets, renderValues } from "./render-values.ts";
import type { ValuesUi } from "./values-ui.ts";

function form(body: object): ValuesUi {
  const { valuesUi, issues } = parseChart(
    new Map([
      ["Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"],
      ["platz/values-ui.yaml", JSON.stringify({ apiVersion: "platz.io/v1beta1", kind: "ValuesUi", ...body })],
    ]),
  );
  expect(issues).toEqual([]);
  const ui = valuesUiOf(valuesUi);
  if (ui === undefined) throw new Error("no form");
  return ui;
}

const input = (id: string, type: string, more: object = {}) => ({
  id,
  type,
  label: id.toUpperCase(),
  ...more,
});
const at = (...path: string[]) => ({
  path: ["cfg", ...path],
  value: { FieldValue: { input: path.at(-1) } },
});
const property = (id: string, name: string, ...path: string[]) => ({
  path: ["cfg", ...path],
  value: { FieldProperty: { input: id, property: name } },
});

/** Collections `Alpha` and `Beta` know integer ids; everything else is refused as its own error. */
function resolve({
  collection,
  itemId,
  property: name,
}: {
  collection: string;
  itemId: string;
  property: string;
}) {
  const letter = { Alpha: "t", Beta: "m" }[collection];
  if (letter === undefined) throw new Error("unsupported collection");
  if (!/^\d+$/.test(itemId)) throw new Error("invalid collection id");
  if (name === "id") return itemId;
  if (name === "tag") return `${letter}${itemId}`;
  throw new Error("unknown property");
}

async function rendered(ui: ValuesUi, inputs: JsonObject): Promise<Json | string> {
  try {
    return (await renderValues(ui, inputs, resolve)).values;
  } catch (error) {
    if (error instanceof RenderError) return `${error.kind} ${error.input}`;
    return error instanceof Error ? error.message : "";
  }
}

describe("plain values", () => {
  const ui = form({
    inputs: [
      input("n", "number", { required: true, minimum: 0, initialValue: 600 }),
      input("on", "Checkbox"),
      input("opt", "Checkbox"),
      input("t", "text", { required: true }),
      input("list", "array", { itemType: "TEXT" }),
      input("unused", "text"),
    ],
    outputs: { values: ["n", "on", "t", "list", "opt"].map((id) => at(id)), secrets: {} },
  });
  test.each([
    [{ on: true, n: 3, t: "x", extra: 5, list: ["v"] }, { cfg: { on: true, n: 3, t: "x", list: ["v"] } }],
    [{ on: true, t: "x" }, "missing-value n"],
    [{ n: null, t: "x" }, { cfg: { n: null, t: "x" } }],
  ] as [JsonObject, Json][])("%p", async (inputs, expected) => {
    expect(await rendered(ui, inputs)).toEqual(expected);
  });
});

describe("collections", () => {
  const select = (type: object) =>
    form({
      inputs: [{ ...input("a", "CollectionSelect", { required: true, collection: "Alpha" }), ...type }],
      outputs: { values: [property("a", "id", "a", "id"), property("a", "tag", "a", "value")] },
    });
  const one = select({});
  const unknownProperty = form({
    inputs: [input("a", "CollectionSelect", { collection: "Alpha" })],
    outputs: { values: [property("a", "nope", "a")] },
  });
  const many = select({ type: "array", itemType: "CollectionSelect" });
  test.each([
    ["one item", one, { a: "3" }, { cfg: { a: { id: "3", value: "t3" } } }],
    ["several items", many, { a: ["3", "4"] }, { cfg: { a: { id: ["3", "4"], value: ["t3", "t4"] } } }],
    ["an id that is no text", one, { a: 3 }, "not-a-string a"],
    ["ids that are no list", many, { a: "3" }, "not-a-string-array a"],
    ["an id of another form", one, { a: "zzz" }, "invalid collection id"],
    ["a property that the items do not have", unknownProperty, { a: "3" }, "unknown property"],
    ["nothing chosen", one, { a: null }, "missing-value a"],
    [
      "a collection that cannot be used",
      select({ collection: "Gamma" }),
      { a: "3" },
      "unsupported collection",
    ],
  ] as [string, ValuesUi, JsonObject, Json][])("%s", async (_, ui, inputs, expected) => {
    expect(await rendered(ui, inputs)).toEqual(expected);
  });

  test("a property of a text, and an output of no input, are told by name", async () => {
    const text = form({ inputs: [input("t", "text")], outputs: { values: [property("t", "id", "x")] } });
    expect(await rendered(text, { t: "x" })).toBe("not-a-collection t");
    const nothing = form({ inputs: [], outputs: { values: [at("gone")] } });
    expect(await rendered(nothing, {})).toBe("missing-schema gone");
  });
});

describe("what is hidden", () => {
  const ui = form({
    inputs: [
      input("mode", "RadioSelect", {
        required: true,
        options: [{ value: "p" }, { value: "q" }, { value: "r" }],
      }),
      input("depth", "number", { required: true, showIfAll: [{ field: "mode", value: "r" }] }),
    ],
    outputs: { values: [at("mode"), at("depth")] },
  });
  test.each([
    [{ mode: "q" }, { cfg: { mode: "q" } }],
    [{ mode: "r" }, "missing-value depth"],
    [{ mode: "r", depth: 5 }, { cfg: { mode: "r", depth: 5 } }],
    [{ mode: "q", depth: 5 }, { cfg: { mode: "q" } }],
  ] as [JsonObject, Json][])("showIfAll: %p", async (inputs, expected) => {
    expect(await rendered(ui, inputs)).toEqual(expected);
  });

  const logic = form({
    inputs: [
      input("n", "number", { required: true }),
      input("b", "Checkbox", { required: true }),
      input("s", "text", { required: true }),
      input("x", "Checkbox", { showIf: { "===": [{ var: "b" }, true] } }),
      input("y", "text", {
        required: true,
        showIf: { and: [{ ">": [{ var: "n" }, 300] }, { "==": [{ substr: [{ var: "s" }, 0, 1] }, "a"] }] },
      }),
    ],
    outputs: { values: [at("n"), at("s"), at("y"), at("x")] },
  });
  test.each([
    [
      { b: false, n: 3, s: "zed", x: true, y: "w" },
      { n: 3, s: "zed" },
    ],
    [
      { b: true, n: 3, s: "zed", x: true, y: "w" },
      { n: 3, s: "zed", x: true },
    ],
    [
      { b: false, n: 500, s: "abc", y: "w" },
      { n: 500, s: "abc", y: "w" },
    ],
    [
      { b: true, n: 350, s: "ab", x: false, y: "w" },
      { n: 350, s: "ab", x: false, y: "w" },
    ],
    [
      { b: 1, n: 3, s: "z", x: true },
      { n: 3, s: "z" },
    ],
  ] as [JsonObject, Json][])("showIf: %p", async (inputs, expected) => {
    expect(await rendered(logic, inputs)).toEqual({ cfg: expected });
  });
  test("showIf: a required input that is shown and absent is missing", async () => {
    expect(await rendered(logic, { b: false, n: 500, s: "abc" })).toBe("missing-value y");
  });

  test.each([
    [true, {}, true],
    [{ var: "b" }, { b: "yes" }, false],
    [{ "!": { var: "gone" } }, {}, true],
    [{ in: [{ var: "s" }, ["a", "b"]] }, { s: "b" }, true],
    [{ var: "o.k" }, { o: { k: true } }, true],
    [{ "===": [{ var: "constructor.name" }, "Object"] }, {}, false],
    [{ nosuchop: [1] }, {}, false],
    [{ and: [true, { method: [{ var: "b" }, "toString"] }] }, { b: "x" }, false],
  ] as [Json, JsonObject, boolean][])("condition %p with %p", async (showIf, inputs, shown) => {
    const ui = form({ inputs: [input("z", "text", { showIf })], outputs: { values: [at("z")] } });
    expect(await rendered(ui, { ...inputs, z: "here" })).toEqual(shown ? { cfg: { z: "here" } } : {});
  });
});

test.each([
  [{ showIf: false, showIfAll: [{ field: "m", value: 5 }] }, false],
  [{ showIfAll: [] }, true],
  [{ showIfAll: [{ field: "m", value: "5" }] }, false],
  [{ showIfAll: [{ field: "m", value: 5 }] }, true],
])("an input with %j is shown: %p", async (visibility, shown) => {
  const ui = form({ inputs: [input("z", "text", visibility)], outputs: { values: [at("z")] } });
  expect(await rendered(ui, { m: 5, z: "here" })).toEqual(shown ? { cfg: { z: "here" } } : {});
});

describe("secrets", () => {
  const ui = form({
    inputs: [
      input("b", "Checkbox", { required: true }),
      input("sel", "CollectionSelect", {
        collection: "Alpha",
        required: true,
        showIf: { "===": [{ var: "b" }, true] },
      }),
      input("txt", "text", { required: true, showIf: { "===": [{ var: "b" }, true] } }),
    ],
    outputs: {
      values: [property("sel", "id", "sel", "id"), property("sel", "tag", "sel", "tag")],
      secrets: {
        "env-sec": {
          PICKED: { FieldProperty: { input: "sel", property: "tag" } },
          TYPED: { FieldValue: { input: "txt" } },
        },
      },
    },
  });

  test("a secret has a key for each output that is shown, and is left out without any", async () => {
    const inputs = { b: true, sel: "123", txt: "abc" };
    expect(await rendered(ui, inputs)).toEqual({ cfg: { sel: { id: "123", tag: "t123" } } });
    expect(await renderSecrets(ui, inputs, resolve)).toEqual([
      { name: "env-sec", data: { PICKED: "t123", TYPED: "abc" } },
    ]);
    expect(await rendered(ui, { b: false })).toEqual({});
    expect(await renderSecrets(ui, { b: false }, resolve)).toEqual([]);
    await expect(renderSecrets(ui, { b: true, sel: "123" }, resolve)).rejects.toThrow(
      "TXT (txt) is required.",
    );
  });

  test.each([
    [3, "3"],
    [1.5, "1.5"],
    [true, "true"],
    [null, "null"],
    [["a", 1], '["a",1]'],
    ["", ""],
  ] as [Json, string][])("the value %p becomes the text %p", async (value, text) => {
    const one = form({
      inputs: [input("v", "text")],
      outputs: { values: [], secrets: { s: { K: { FieldValue: { input: "v" } } } } },
    });
    expect(await renderSecrets(one, { v: value }, resolve)).toEqual([{ name: "s", data: { K: text } }]);
  });
});

test("a value that finds no place is dropped, and said", async () => {
  const ui = form({
    inputs: [input("a", "text")],
    outputs: {
      values: [
        { path: ["x"], value: { FieldValue: { input: "a" } } },
        { path: ["x", "y"], value: { FieldValue: { input: "a" } } },
      ],
    },
  });
  expect(await renderValues(ui, { a: "v" }, resolve)).toEqual({ values: { x: "v" }, dropped: [["x", "y"]] });
});
