import { expect, test } from "bun:test";
import type { JsonObject } from "./json.ts";
import { collectionReferences, validateInputs } from "./validate-inputs.ts";
import { ValuesUiV0 } from "./values-ui.ts";

const ui = ValuesUiV0.parse({
  inputs: [
    {
      id: "hue",
      label: "Hue",
      type: "RadioSelect",
      required: true,
      options: [{ value: "red" }, { value: "green" }],
    },
    {
      id: "litres",
      label: "Litres",
      type: "number",
      required: true,
      minimum: 0.5,
      maximum: "100",
      showIf: { "==": [{ var: "hue" }, "green"] },
    },
    { id: "vault", label: "Vault", type: "CollectionSelect", collection: "secrets" },
    {
      id: "shops",
      label: "Shops",
      type: "array",
      itemType: "CollectionSelect",
      collection: { deployment: "Shop", type: "shop" },
    },
    { id: "note", label: "Note", type: "text" },
    { id: "glossy", label: "Glossy", type: "Checkbox" },
    { id: "when", label: "When", type: "DaysAndHour" },
  ],
});
const U1 = "11111111-1111-4111-8111-111111111111";
const U2 = "22222222-2222-4222-8222-222222222222";

test.each([
  [{}, ["hue: Hue is required"]],
  [{ hue: "blue" }, ['hue: Hue must be one of "red", "green"']],
  [{ hue: "green" }, ["litres: Litres is required"]],
  [{ hue: "green", litres: null }, ["litres: Litres is required"]],
  [{ hue: "green", litres: 0 }, ["litres: Litres must be a number of at least 0.5 and at most 100"]],
  [{ hue: "green", litres: "2" }, ["litres: Litres must be a number of at least 0.5 and at most 100"]],
  [{ hue: "red", litres: "whatever, it is hidden" }, []],
  [{ hue: "red", vault: "tresor" }, ["vault: Vault must be the id of an item to choose from"]],
  [{ hue: "red", shops: U1 }, ["shops: Shops must be a list"]],
  [{ hue: "red", shops: [U1, 3] }, ["shops: Shops must be the id of an item to choose from (item 2)"]],
  [
    { hue: "red", note: 5, glossy: "yes" },
    ["note: Note must be a text", "glossy: Glossy must be true or false"],
  ],
  [
    { hue: "red", when: { day: 1 } },
    ['when: When must be days and an hour, such as {"run_days": "1,3,5", "schedule": "23:15"}'],
  ],
  [{ hue: "red", colour: "x", __proto__: null }, ["colour: is no input of this form"]],
  [
    {
      hue: "green",
      litres: 2.5,
      vault: U1,
      shops: [U1, U2],
      note: "",
      glossy: false,
      when: { run_days: "0,6", schedule: "07:05" },
    },
    [],
  ],
] as [JsonObject, string[]][])("inputs %p: %p", (inputs, expected) => {
  expect(validateInputs(ui, inputs).map(({ input, message }) => `${input}: ${message}`)).toEqual(expected);
});

test("every item that a form refers to is found, those in lists included", () => {
  expect(collectionReferences(ui, { hue: "red", vault: U1, shops: [U1, U2] })).toEqual([
    { input: "vault", collection: "secrets", itemId: U1, filters: [] },
    { input: "shops", collection: "Shop/shop", itemId: U1, filters: [] },
    { input: "shops", collection: "Shop/shop", itemId: U2, filters: [] },
  ]);
});
