import { isObject, type Json, type JsonObject, own } from "../json.ts";

/** One place of a JSON Schema, in the few words that a form needs. */
export interface SchemaNode {
  /** The one type that its values have besides null, if it says one. */
  readonly type: string | undefined;
  readonly schema: JsonObject;
  readonly properties: JsonObject;
  readonly required: readonly string[];
  /** Whether no other members than the properties may be there. */
  readonly closed: boolean;
  /** The values to choose from, if there are such. */
  readonly choices: readonly { readonly value: Json; readonly label: string | null }[] | undefined;
}

/** Reads a place of a schema whose references are in place. What is no schema allows everything. */
export function schemaNode(json: Json): SchemaNode {
  const schema = isObject(json) ? merged(json) : {};
  const properties = objectAt(schema, "properties");
  const choices = choicesOf(schema);
  return {
    schema,
    properties,
    choices,
    type: typeOf(schema, choices !== undefined, Object.keys(properties).length > 0),
    required: listAt(schema, "required").filter((key): key is string => typeof key === "string"),
    closed: own(schema, "additionalProperties") === false && own(schema, "patternProperties") === undefined,
  };
}

export function textAt(schema: JsonObject, key: string): string | null {
  const value = own(schema, key);
  return typeof value === "string" && value !== "" ? value : null;
}

export function numberAt(schema: JsonObject, key: string): string | null {
  const value = own(schema, key);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : null;
}

function objectAt(schema: JsonObject, key: string): JsonObject {
  const value = own(schema, key);
  return isObject(value) ? value : {};
}

function listAt(schema: JsonObject, key: string): readonly Json[] {
  const value = own(schema, key);
  return Array.isArray(value) ? value : [];
}

/** What several schemas of `allOf` say of properties, said by one. */
function merged(schema: JsonObject): JsonObject {
  const parts = listAt(schema, "allOf").filter(isObject).map(merged);
  const { allOf: _said, ...rest } = schema;
  if (parts.length === 0) return schema;
  const all = [...parts, rest];
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map((part) => objectAt(part, "properties"))),
    required: all.flatMap((part) => listAt(part, "required")),
  };
}

function typeOf(schema: JsonObject, isChoice: boolean, hasProperties: boolean): string | undefined {
  if (isChoice) return "choice";
  const said = own(schema, "type");
  const types = (Array.isArray(said) ? said : [said]).filter((type) => type !== "null");
  const [type] = types;
  if (types.length === 1 && typeof type === "string") return type;
  if (said !== undefined) return undefined;
  if (hasProperties) return "object";
  return own(schema, "items") === undefined ? undefined : "array";
}

function choicesOf(schema: JsonObject): SchemaNode["choices"] {
  const constant = own(schema, "const");
  const values = constant === undefined ? listAt(schema, "enum") : [constant];
  if (values.length > 0)
    return values.every(isPlain) ? values.map((value) => ({ value, label: null })) : undefined;
  const alternatives = [...listAt(schema, "oneOf"), ...listAt(schema, "anyOf")].filter(isObject);
  const choices = alternatives.map((each) => ({ value: own(each, "const"), label: textAt(each, "title") }));
  const known = choices.filter((each): each is { value: Json; label: string | null } => isPlain(each.value));
  return known.length > 0 && known.length === choices.length ? known : undefined;
}

function isPlain(value: Json | undefined): value is Json {
  return value !== undefined && (value === null || typeof value !== "object");
}
