import type { ClusterAnswer, ReleaseObjectChange } from "@platz/domain";
import { createTwoFilesPatch } from "diff";
import { parseAllDocuments, stringify } from "yaml";

const DIFF_CHARACTERS_MAX = 20_000;
const ALL_CHARACTERS_MAX = 400_000;
const CONTEXT_LINES = 3;

type Found = Readonly<Record<string, unknown>>;

/**
 * How the manifest of a release would change, object by object. What Secrets hold is left out: that it changed is all
 * that is told.
 */
export function diffManifests(
  live: string,
  next: string,
  hide: (text: string) => string,
): ClusterAnswer<"ReleaseDiff"> {
  const [before, after] = [objectsOf(live), objectsOf(next)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const objects = keys.flatMap((key) =>
    changeOf(key, { before: before.get(key), after: after.get(key), hide }),
  );
  let room = ALL_CHARACTERS_MAX;
  const told = objects.map((object) => {
    const diff = object.diff.slice(0, Math.min(DIFF_CHARACTERS_MAX, Math.max(room, 0)));
    room -= diff.length;
    return { ...object, diff };
  });
  return { objects: told, isComplete: told.every(({ diff }, index) => diff === objects[index]?.diff) };
}

interface Pair {
  readonly before: Found | undefined;
  readonly after: Found | undefined;
  readonly hide: (text: string) => string;
}

function changeOf(key: string, { before, after, hide }: Pair): ReleaseObjectChange[] {
  if (textOf(before) === textOf(after)) return [];
  const { kind, metadata } = (after ?? before ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const from = hide(textOf(withoutSecrets(before, after, { hide, mark: "(secret)" })));
  const to = hide(textOf(withoutSecrets(after, before, { hide, mark: "(another secret)" })));
  const patch = createTwoFilesPatch("live", "next", from, to, "", "", { context: CONTEXT_LINES });
  // Its first lines name files, of which there are none.
  const diff = patch.split("\n").slice(3).join("\n");
  return [{ kind: String(kind), name: String(metadata?.name ?? key), change, diff }];
}

/** Objects by what names them; hooks are no part of a release, and what is no object is not told. */
function objectsOf(manifest: string): Map<string, Found> {
  const objects = new Map<string, Found>();
  for (const object of documentsOf(manifest).flatMap(itemsOf)) {
    if (!isObject(object)) continue;
    const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
    const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
    if (Object.keys(annotations).some((name) => name === "helm.sh/hook")) continue;
    const names = [object["kind"], metadata["name"], metadata["namespace"] ?? "", object["apiVersion"]];
    objects.set(names.map(String).join(" "), object);
  }
  return objects;
}

/** The documents of a manifest. That keys are there once is not looked at: it takes the square of their number. */
export function documentsOf(manifest: string): unknown[] {
  const documents = parseAllDocuments(manifest, { uniqueKeys: false, prettyErrors: false });
  return documents.map((document): unknown => document.toJS({ maxAliasCount: 1000 }));
}

/** A list stands for its items: Secrets among them are told by their kind. */
function itemsOf(object: unknown): unknown[] {
  if (!isObject(object) || !Array.isArray(object["items"])) return [object];
  return String(object["kind"]).endsWith("List") ? object["items"].flatMap(itemsOf) : [object];
}

interface Masking {
  readonly hide: (text: string) => string;
  /** What stands for a secret that the other side has not. */
  readonly mark: string;
}

/**
 * One side of a change with its secrets masked: whatever a Secret holds, and each text that holds a secret on this side or
 * on the other, for what was there before is known as a secret by its place alone.
 */
export function withoutSecrets(
  object: Found | undefined,
  other: Found | undefined,
  masking: Masking,
): Found | undefined {
  if (object === undefined) return undefined;
  const masked = maskedBy(object, other, { ...masking, isSecret: false }) as Found;
  if (object["kind"] !== "Secret" && other?.["kind"] !== "Secret") return masked;
  const data = ["data", "stringData"]
    .filter((field) => object[field] !== undefined)
    .map((field) => [field, maskedBy(object[field], other?.[field], { ...masking, isSecret: true })]);
  return { ...masked, ...Object.fromEntries(data) };
}

function maskedBy(
  value: unknown,
  other: unknown,
  masking: Masking & { readonly isSecret: boolean },
): unknown {
  const { hide, mark, isSecret } = masking;
  if (Array.isArray(value))
    return value.map((item, index) => maskedBy(item, counterpart(item, other, index), masking));
  if (isObject(value)) {
    const others = isObject(other) ? other : {};
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, maskedBy(item, others[key], masking)]),
    );
  }
  const holdsSecret = [value, other].some((each) => typeof each === "string" && hide(each) !== each);
  if (!isSecret && !holdsSecret) return value;
  return other === undefined || other === value ? "(secret)" : mark;
}

/** The item of the other list that this one was or becomes: by its name, where it has one. */
function counterpart(item: unknown, others: unknown, index: number): unknown {
  if (!Array.isArray(others)) return undefined;
  if (!isObject(item) || typeof item["name"] !== "string") return others[index];
  return others.find((other) => isObject(other) && other["name"] === item["name"]);
}

export function textOf(object: Found | undefined): string {
  return object === undefined
    ? ""
    : stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, sortMapEntries: true });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
