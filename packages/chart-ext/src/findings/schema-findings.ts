import type { ChartIssue } from "../chart-issue.ts";
import { isObject } from "../json.ts";
import { limits } from "../limits.ts";

/** A `values.schema.json` as text, or why it cannot be read, by its path in the chart. */
export type ChartSchemas = ReadonlyMap<string, { readonly text: string } | { readonly unreadable: string }>;

/**
 * What in the schemas of a chart leads outside of them: Helm would fetch it, from any address and any file, when it
 * checks values. A chart without findings has schemas that lead nowhere else, whatever Helm makes of them; what cannot
 * be read counts as leading outside. Never throws; the cost grows with the size.
 */
export function schemaFindings(schemas: ChartSchemas): ChartIssue[] {
  return [...schemas].flatMap(([file, schema]) => {
    if ("unreadable" in schema)
      return [{ file, path: [], message: `cannot be read: ${schema.unreadable} ${EFFECT}` }];
    return findingsOf(file, schema.text);
  });
}

const EFFECT = "Helm does not check values by the schemas of this chart.";
const FINDINGS_MAX = 20;
const SHOWN_MAX = 200;
/** Of the place, too: a chart decides how deep it is. */
const KEYS_SHOWN_MAX = 24;

/** The drafts that Helm's schema library has within itself. */
const knownDraft =
  /^https?:\/\/json-schema\.org\/(schema|draft-0[467]\/schema|draft\/(2019-09|2020-12)\/schema)$/;

/** What each keyword says of a value that leads elsewhere. */
const keywords = new Map<string, (value: string) => string | undefined>([
  ["$ref", reference],
  ["$dynamicRef", reference],
  ["$recursiveRef", reference],
  ["$schema", dialect],
  ["$id", identity],
]);

function reference(value: string): string | undefined {
  const address = withoutFragment(value);
  if (address === "" || knownDraft.test(address)) return undefined;
  return `refers to ${shown(value)}, outside of this schema. Nobody fetches it: it counts as \`true\`.`;
}

function dialect(value: string): string | undefined {
  if (knownDraft.test(value.replace(/#$/, ""))) return undefined;
  return `names ${shown(value)}, which is no draft of JSON Schema that Helm knows. Nobody fetches it.`;
}

function identity(value: string): string | undefined {
  if (isPlainAddress(withoutFragment(value))) return undefined;
  return `is ${shown(value)}, by which Helm may look for this schema elsewhere: use an address without query, dots and escapes.`;
}

/**
 * Whether an address stays the same when it is resolved again. Helm takes others for two documents:
 * `{"$id": "http://a/b?", "$ref": "#/x"}` makes it fetch `http://a/b`.
 */
function isPlainAddress(address: string): boolean {
  if (address === "" || /^urn:[a-z0-9:._-]+$/i.test(address)) return true;
  const path = address
    .replace(/^https?:\/\/[a-z0-9.-]+(:\d+)?(?=\/|$)/i, "")
    .replace(/^\//, "")
    .replace(/\/$/, "");
  return path === "" || path.split("/").every((segment) => /^[a-z0-9_~-][a-z0-9._~-]*$/i.test(segment));
}

const withoutFragment = (address: string) => address.split("#", 1)[0] ?? "";
const shown = (value: string) => (value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value);

function findingsOf(file: string, text: string): ChartIssue[] {
  const unusable = (message: string) => [{ file, path: [], message: `${message} ${EFFECT}` }];
  if (text.length > limits.fileCharacters) {
    return unusable(`has more than ${limits.fileCharacters} characters, and is not read.`);
  }
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return unusable("is no JSON.");
  }
  const all = strings(root);
  // Only the oldest draft has `id` for `$id`; elsewhere it is a name that many things have.
  const isOldest = all.some(({ keyword, value }) => keyword === "$schema" && value.includes("draft-04"));
  const found: ChartIssue[] = [];
  for (const { keyword, value, place } of all) {
    const message = keywords.get(isOldest && keyword === "id" ? "$id" : keyword)?.(value);
    if (message === undefined) continue;
    const line = lineOf(text, value);
    found.push({
      file,
      path: pathOf(place),
      message: `${message} ${EFFECT}`,
      ...(line === undefined ? {} : { line }),
    });
    if (found.length === FINDINGS_MAX) break;
  }
  return found;
}

/** A place in a document, as a list that begins with its end. */
interface Place {
  readonly key: string | number;
  readonly parent: Place | undefined;
}

/** Every member that is a string, with its place; without recursion, since a chart decides how deep it is. */
function strings(root: unknown): { keyword: string; value: string; place: Place }[] {
  const found: { keyword: string; value: string; place: Place }[] = [];
  const open: { readonly node: unknown; readonly place: Place | undefined }[] = [
    { node: root, place: undefined },
  ];
  // The list grows while it is gone through.
  for (const { node, place: parent } of open) {
    for (const [key, value] of members(node)) {
      const place = { key, parent };
      if (typeof value === "object") open.push({ node: value, place });
      else if (typeof value === "string" && typeof key === "string")
        found.push({ keyword: key, value, place });
    }
  }
  return found;
}

function members(node: unknown): Iterable<readonly [string | number, unknown]> {
  if (Array.isArray(node)) return node.entries();
  return isObject(node) ? Object.entries(node) : [];
}

function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let each: Place | undefined = place; each !== undefined; each = each.parent) path.push(each.key);
  path.reverse();
  return path.length > KEYS_SHOWN_MAX ? [...path.slice(0, KEYS_SHOWN_MAX), "…"] : path;
}

/** The line of a value that stands once in a text, as it is commonly written. */
function lineOf(text: string, value: string): number | undefined {
  const written = JSON.stringify(value);
  const at = text.indexOf(written);
  if (at === -1 || text.includes(written, at + 1)) return undefined;
  return text.slice(0, at).split("\n").length;
}
