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
  const [from, to] = [textOf(before), textOf(after)];
  if (from === to) return [];
  const [kind = "", name = ""] = key.split(" ");
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const hidden = isSecret(before) || isSecret(after) ? withoutSecrets(before, after) : [from, to];
  const [shownFrom = "", shownTo = ""] = hidden.map(hide);
  const patch = createTwoFilesPatch("live", "next", shownFrom, shownTo, "", "", { context: CONTEXT_LINES });
  // Its first lines name files, of which there are none.
  const diff = patch.split("\n").slice(3).join("\n");
  return [{ kind, name, change, diff }];
}

/** Objects by kind and name; hooks are no part of a release, and what is no object is not told. */
function objectsOf(manifest: string): Map<string, Found> {
  const objects = new Map<string, Found>();
  const documents = parseAllDocuments(manifest).map((document): unknown =>
    document.toJS({ maxAliasCount: 1000 }),
  );
  for (const object of documents.flatMap(itemsOf)) {
    if (!isObject(object)) continue;
    const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
    const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
    if (Object.keys(annotations).some((name) => name === "helm.sh/hook")) continue;
    objects.set(`${String(object["kind"])} ${String(metadata["name"])}`, object);
  }
  return objects;
}

/** A list stands for its items: Secrets among them are told by their kind. */
function itemsOf(object: unknown): unknown[] {
  if (!isObject(object) || !Array.isArray(object["items"])) return [object];
  return String(object["kind"]).endsWith("List") ? object["items"].flatMap(itemsOf) : [object];
}

const isSecret = (object: Found | undefined) => object?.["kind"] === "Secret";

/** Both texts with each value of a Secret replaced: by one mark where it stays, by another where it changes. */
function withoutSecrets(before: Found | undefined, after: Found | undefined): string[] {
  const marked = (object: Found | undefined, other: Found | undefined) =>
    object && {
      ...object,
      ...Object.fromEntries(
        ["data", "stringData"].flatMap((field) => {
          const values = object[field];
          if (!isObject(values)) return [];
          const others = isObject(other?.[field]) ? other[field] : {};
          const marks = Object.entries(values).map(([key, value]) => [
            key,
            other === undefined || others[key] === value
              ? "(secret)"
              : object === after
                ? "(another secret)"
                : "(secret)",
          ]);
          return [[field, Object.fromEntries(marks)]];
        }),
      ),
    };
  return [textOf(marked(before, after)), textOf(marked(after, before))];
}

function textOf(object: Found | undefined): string {
  return object === undefined
    ? ""
    : stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, sortMapEntries: true });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
