import { parseCollection, resolvableTables } from "../collection.ts";
import { checkElement } from "../validate-inputs.ts";
import {
  collectionOf,
  elementTypeOf,
  type FieldReference,
  type FormInput,
  type InputsById,
  inputsById,
  type ValuesUi,
} from "../values-ui.ts";
import { conditionFindings } from "./condition-findings.ts";
import { type Finding, repeated, under } from "./finding.ts";

/** What cannot be meant in a form: names that stand twice or for nothing, inputs that nobody could fill in. */
export function formFindings(ui: ValuesUi): Finding[] {
  const inputOf = inputsById(ui);
  return [
    ...repeated(
      ui.inputs.map(({ id }) => id),
      { what: "id", pathOf: (index) => ["inputs", index, "id"] },
    ),
    ...ui.inputs.flatMap((input, index) => under(["inputs", index], inputFindings(input))),
    ...conditionFindings(ui.inputs),
    ...ui.outputs.values.flatMap(({ path, value }, index) =>
      under(
        ["outputs", "values", index],
        [
          ...(path.length === 0 ? [{ path: ["path"], message: "is empty: the value goes nowhere" }] : []),
          ...under(["value"], referenceFindings(inputOf, value)),
        ],
      ),
    ),
    ...Object.entries(ui.outputs.secrets).flatMap(([name, keys]) =>
      under(["outputs", "secrets", name], secretFindings(inputOf, name, keys)),
    ),
  ];
}

function inputFindings(input: FormInput): Finding[] {
  return [
    ...(hasNothingToChoose(input)
      ? [{ path: ["options"], message: "are missing: there is nothing to choose from" }]
      : []),
    ...(Number(input.minimum ?? -Infinity) > Number(input.maximum ?? Infinity)
      ? [{ path: ["minimum"], message: "is greater than the maximum" }]
      : []),
    ...initialFindings(input),
    ...collectionFindings(input),
  ];
}

function hasNothingToChoose(input: FormInput): boolean {
  return elementTypeOf(input) === "RadioSelect" && (input.options ?? []).length === 0;
}

function initialFindings(input: FormInput): Finding[] {
  const { initialValue, type } = input;
  if (initialValue === null || initialValue === "" || hasNothingToChoose(input)) return [];
  if (type === "array" && !Array.isArray(initialValue))
    return [{ path: ["initialValue"], message: "must be a list" }];
  const values = Array.isArray(initialValue) && type === "array" ? initialValue : [initialValue];
  let message: string | undefined;
  for (const value of values) message ??= checkElement(input, value);
  return message === undefined ? [] : [{ path: ["initialValue"], message }];
}

function collectionFindings(input: FormInput): Finding[] {
  if (elementTypeOf(input) !== "CollectionSelect") return [];
  const collection = parseCollection(input.collection);
  const known = `use ${Object.keys(resolvableTables).join(", ")}, or {deployment, type}`;
  if (collection === null) return [{ path: ["collection"], message: `is no collection: ${known}` }];
  if (collection.kind !== "table" || resolvableTables[collection.table] !== undefined) return [];
  return [
    {
      path: ["collection"],
      message: `names ${collection.table}, from which nothing can be chosen: ${known}`,
    },
  ];
}

function referenceFindings(inputOf: InputsById, reference: FieldReference): Finding[] {
  const { input: id } = "FieldValue" in reference ? reference.FieldValue : reference.FieldProperty;
  const input = inputOf.get(id);
  const found = (message: string) => [{ path: [], message }];
  if (input === undefined) return found(`names the input ${id}, which the form does not have`);
  if (!("FieldProperty" in reference)) return [];
  if (elementTypeOf(input) !== "CollectionSelect") {
    return found(`asks for a property of ${id}, which is no CollectionSelect: use FieldValue`);
  }
  const collection = collectionOf(input);
  const properties = collection?.kind === "table" ? resolvableTables[collection.table] : undefined;
  const { property } = reference.FieldProperty;
  if (properties === undefined || properties.includes(property)) return [];
  return found(`asks for the property ${property}, which ${id} does not have: use ${properties.join(", ")}`);
}

/** Names of Secrets are DNS subdomains, and their keys of these characters (Kubernetes API conventions). */
const SECRET_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

function secretFindings(
  inputOf: InputsById,
  name: string,
  keys: Readonly<Record<string, FieldReference>>,
): Finding[] {
  const isName = name.length <= 253 && SECRET_NAME.test(name);
  return [
    ...(isName
      ? []
      : [{ path: [], message: "is no name of a Kubernetes Secret: use small letters, digits and dashes" }]),
    ...Object.entries(keys).flatMap(([key, reference]) =>
      under(
        [key],
        [
          ...(SECRET_KEY.test(key)
            ? []
            : [
                {
                  path: [],
                  message:
                    "is no key of a Kubernetes Secret: use letters, digits, dashes, dots and underscores",
                },
              ]),
          ...referenceFindings(inputOf, reference),
        ],
      ),
    ),
  ];
}
