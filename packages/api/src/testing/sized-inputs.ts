/** What this reads of a JSON schema. */
export interface InputSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, InputSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | InputSchema;
  readonly items?: InputSchema;
  readonly anyOf?: readonly InputSchema[];
  readonly oneOf?: readonly InputSchema[];
  readonly allOf?: readonly InputSchema[];
}

/** Somewhere in an input where a caller may put anything: `around` is the rest of the input as JSON, `HERE` in its place. */
export interface Place {
  readonly path: string;
  readonly schema: InputSchema;
  readonly around: string;
}

const HERE = '"\\u0000here"';

/** Every place of an input that its schema knows, also inside of others, and the input itself. */
export function placesIn(schema: InputSchema, path = "input", around = HERE): Place[] {
  const { properties = {}, items, additionalProperties } = schema;
  const below = (name: string, inner: InputSchema, json: string) =>
    placesIn(
      inner,
      `${path}.${name}`,
      around.replace(HERE, () => json),
    );
  return [
    { path, schema, around },
    ...Object.entries(properties).flatMap(([name, inner]) => below(name, inner, objectWith(schema, name))),
    ...(items === undefined ? [] : below("0", items, `[${HERE}]`)),
    ...(typeof additionalProperties === "object"
      ? below("key", additionalProperties, `{"key":${HERE}}`)
      : []),
    ...variantsOf(schema).flatMap((variant) => placesIn(variant, path, around).slice(1)),
  ];
}

/** Kinds of what is large: each makes JSON of about so many values, or of one text so long. */
export const shapes: Readonly<Record<string, (size: number, schema: InputSchema) => string>> = {
  "a flat list": (size) => list(size, "0"),
  "a list inside of sixty": (size) => `${"[".repeat(60)}${list(size, "0")}${"]".repeat(60)}`,
  "a list of objects": (size) => list(size / 2, '{"a":0}'),
  "a list of what fits": (size, { items }) => list(size / 2, sampleOf(items ?? {})),
  "many keys": (size) => `{${list(size, (index) => `"k${index}":0`).slice(1, -1)}}`,
  "many keys of what fits": (size, schema) => keys(size / 2, schema.additionalProperties),
  "deep lists": (size) => `${"[".repeat(size)}${"]".repeat(size)}`,
  "deep objects": (size) => `${'{"a":'.repeat(size)}0${"}".repeat(size)}`,
  ...Object.fromEntries(
    [
      "a",
      " ",
      "1",
      "-",
      ".",
      "a.",
      "a-",
      "a@a.",
      "/",
      "%",
      "é",
      "\\n",
      "2026-01-01T00:00:00.",
      "[",
      "{{",
    ].map((unit) => [
      `a text of ${unit}`,
      (size: number) => `"${unit.repeat(Math.max(1, size / unit.length))}!"`,
    ]),
  ),
  "many digits": (size) => "1".repeat(size),
};

/** The whole input with something at a place. */
export function inputWith({ around }: Place, json: string): string {
  return around.replace(HERE, () => json);
}

/** An object with the place at a name, and what says which variant it is. */
function objectWith({ properties = {} }: InputSchema, name: string): string {
  const telling = Object.entries(properties).filter(
    ([other, inner]) => other !== name && inner.const !== undefined,
  );
  const fields = [...telling.map(([other, inner]) => [other, sampleOf(inner)]), [name, HERE]];
  return `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}

/** Something small that the schema takes, as far as it says what that is. */
function sampleOf(schema: InputSchema): string {
  const [variant] = variantsOf(schema);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return JSON.stringify(schema.enum[0]);
  if (variant !== undefined) return sampleOf(variant);
  if (schema.format === "uuid") return '"00000000-0000-4000-8000-000000000000"';
  const { properties = {}, required = [] } = schema;
  const fields = required.map((name) => `${JSON.stringify(name)}:${sampleOf(properties[name] ?? {})}`);
  const samples: Readonly<Record<string, string>> = {
    string: '"a"',
    array: "[]",
    boolean: "true",
    object: `{${fields.join(",")}}`,
  };
  return samples[String(schema.type)] ?? "1";
}

function variantsOf({ anyOf = [], oneOf = [], allOf = [] }: InputSchema): readonly InputSchema[] {
  return [...anyOf, ...oneOf, ...allOf];
}

function list(length: number, item: string | ((index: number) => string)): string {
  const items = Array.from({ length: Math.max(1, Math.floor(length)) }, (_, index) =>
    typeof item === "string" ? item : item(index),
  );
  return `[${items.join(",")}]`;
}

function keys(size: number, inner: InputSchema["additionalProperties"]): string {
  const sample = typeof inner === "object" ? sampleOf(inner) : '"a"';
  return `{${list(size, (index) => `"k${index}":${sample}`).slice(1, -1)}}`;
}
