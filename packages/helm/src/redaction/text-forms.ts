/** How programs write a text, some of which Helm, its templates and Kubernetes are made of. */
type Encoder = (text: string) => string;

const hexOf = (code: number, digits: number) => code.toString(16).padStart(digits, "0");
const escaped = (code: number) =>
  code < 0x100 ? `\\x${hexOf(code, 2)}` : code < 0x10000 ? `\\u${hexOf(code, 4)}` : `\\U${hexOf(code, 8)}`;
const eachCharacter = (text: string, write: (character: string, code: number) => string) =>
  Array.from(text, (character) => write(character, character.codePointAt(0) ?? 0)).join("");
const eachUnit = (text: string, pattern: RegExp) =>
  text.replace(pattern, (unit) => `\\u${hexOf(unit.charCodeAt(0), 4)}`);

const json: Encoder = (text) => JSON.stringify(text).slice(1, -1);
/** Go's, which is careful with HTML. */
const goJson: Encoder = (text) =>
  ["<", ">", "&", "\u2028", "\u2029"].reduce(
    (written, unit) => written.replaceAll(unit, `\\u${hexOf(unit.charCodeAt(0), 4)}`),
    json(text),
  );
const notAscii = /[^ -~]/g;

const goEscapes = new Map(
  Object.entries({ "\x07": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v" }),
);
const goPrints = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
/** Go's `%q` and `strconv.Quote`. */
const goQuoted: Encoder = (text) =>
  eachCharacter(text, (character, code) => {
    const short = goEscapes.get(character);
    if (short !== undefined) return `\\${short}`;
    return goPrints.test(character)
      ? character.replace(/["\\]/, "\\$&")
      : escaped(code).replace("\\x", code < 0x80 ? "\\x" : "\\u00");
  });
const goQuotedAscii: Encoder = (text) =>
  eachCharacter(goQuoted(text), (character, code) =>
    code < 0x80 ? character : code < 0x10000 ? `\\u${hexOf(code, 4)}` : `\\U${hexOf(code, 8)}`,
  );

/** The function `js` of Go's templates. */
const goJs: Encoder = (text) =>
  eachCharacter(text, (character, code) =>
    goPrints.test(character) && !/[<>&=]/.test(character) ? character : `\\u${hexOf(code, 4)}`,
  );

const yamlEscapes = new Map(
  Object.entries({
    ...Object.fromEntries(goEscapes),
    "\0": "0",
    "\x1b": "e",
    "\x85": "N",
    "\xa0": "_",
    "\u2028": "L",
    "\u2029": "P",
  }),
);
const yamlPrints = /^[ -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/;
/** YAML in double quotes, as libyaml and Go's packages write it. */
const yamlDouble: Encoder = (text) =>
  eachCharacter(text, (character, code) => {
    const short = yamlEscapes.get(character);
    if (short !== undefined) return `\\${short}`;
    return yamlPrints.test(character) ? character.replace(/["\\]/, "\\$&") : escaped(code);
  });
const yamlSingle: Encoder = (text) => text.replaceAll("'", "''");

const percent: Encoder = (text) => encodeURIComponent(text.toWellFormed());
const goQuery: Encoder = (text) =>
  percent(text)
    .replace(/[!'()*]/g, (character) => `%${hexOf(character.charCodeAt(0), 2)}`)
    .replaceAll("%20", "+");
const goPath: Encoder = (text) =>
  goQuery(text).replace(/\+|%(24|26|2B|3A|3D|40)/g, (code) =>
    code === "+" ? "%20" : decodeURIComponent(code),
  );
const html: Encoder = (text) => text.replace(/[<>&'"]/g, (character) => htmlEscapes[character] ?? "");
const htmlEscapes: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "'": "&#39;",
  '"': "&#34;",
};

/** Those in which a text often stands within a document that is encoded as a whole. */
const documents: readonly Encoder[] = [(text) => text, json, goJson, yamlDouble, yamlSingle];
const others: readonly Encoder[] = [
  (text) => eachUnit(json(text), notAscii),
  (text) => eachUnit(goJson(text), notAscii),
  (text) => eachUnit(text, /./gs),
  goJs,
  goQuoted,
  goQuotedAscii,
  percent,
  (text) => percent(percent(text)),
  (text) => encodeURI(text.toWellFormed()),
  goQuery,
  (text) => new URLSearchParams({ "": text }).toString().slice(1),
  goPath,
  html,
];

const distinct = (encoders: readonly Encoder[], text: string) => [
  ...new Set(encoders.map((encode) => encode(text))),
];

/** The text in each of the ways in which documents hold it. */
export const documentForms = (text: string): readonly string[] => distinct(documents, text);

/** The text in each way that leaves some of it readable. */
export const textForms = (text: string): readonly string[] => distinct([...documents, ...others], text);
