import type { ClusterAnswer, ReleaseObjectChange } from "@platz/domain";
import { redactor } from "@platz/helm/redactor";
import { stringify } from "yaml";
import { EditRoom, lineDiff } from "./line-diff.ts";
import { isObject, type ManifestObject, objectsOf } from "./manifest-objects.ts";

const DIFF_CHARACTERS_MAX = 20_000;
const ALL_CHARACTERS_MAX = 400_000;
/** What stands instead of a diff that would take too long, or that nobody would read. */
const TOO_LARGE = "It changes in more places than can be shown.";

/**
 * How the manifest of a release would change, object by object. What Secrets hold is left out: that it changed is all
 * that is told. These texts are hidden wherever they stand.
 */
export function diffManifests({
  live,
  next,
  confidential,
}: {
  readonly live: string;
  readonly next: string;
  readonly confidential: readonly string[];
}): ClusterAnswer<"ReleaseDiff"> {
  const [before, after] = [releaseObjects(live), releaseObjects(next)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const [hide, edits] = [redactor(confidential), new EditRoom()];
  const objects = keys.flatMap((key) =>
    changeOf(key, { before: before.get(key), after: after.get(key), hide, edits }),
  );
  let room = ALL_CHARACTERS_MAX;
  const told = objects.map(({ diff, ...object }) => {
    const shown = (diff ?? TOO_LARGE).slice(0, Math.min(DIFF_CHARACTERS_MAX, Math.max(room, 0)));
    room -= shown.length;
    return { ...object, diff: shown };
  });
  return { objects: told, isComplete: told.every(({ diff }, index) => diff === objects[index]?.diff) };
}

interface Pair {
  readonly before: ManifestObject | undefined;
  readonly after: ManifestObject | undefined;
  readonly hide: (text: string) => string;
  readonly edits: EditRoom;
}

/** A change whose diff may be more than is told. */
type Change = Omit<ReleaseObjectChange, "diff"> & { readonly diff: string | undefined };

function changeOf(key: string, { before, after, hide, edits }: Pair): Change[] {
  if (textOf(before) === textOf(after)) return [];
  const { kind, metadata } = (after ?? before ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const from = hide(textOf(withoutSecrets(before, after, { hide, mark: "(secret)" })));
  const to = hide(textOf(withoutSecrets(after, before, { hide, mark: "(another secret)" })));
  const diff = lineDiff(from, to, edits);
  return [{ kind: String(kind), name: String(metadata?.name ?? key), change, diff }];
}

/** Objects by what names them; hooks are no part of a release. */
function releaseObjects(manifest: string): Map<string, ManifestObject> {
  const objects = new Map<string, ManifestObject>();
  for (const object of objectsOf(manifest)) {
    const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
    const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
    if (Object.keys(annotations).some((name) => name === "helm.sh/hook")) continue;
    const names = [object["kind"], metadata["name"], metadata["namespace"] ?? "", object["apiVersion"]];
    objects.set(names.map(String).join(" "), object);
  }
  return objects;
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
  object: ManifestObject | undefined,
  other: ManifestObject | undefined,
  masking: Masking,
): ManifestObject | undefined {
  if (object === undefined) return undefined;
  const masked = maskedBy(object, other, { ...masking, isSecret: false }) as ManifestObject;
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
  if (Array.isArray(value)) {
    const counterpart = counterparts(other);
    return value.map((item, index) => maskedBy(item, counterpart(item, index), masking));
  }
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

/** Says which item of the other list one was or becomes: by its name, where it has one. */
function counterparts(others: unknown): (item: unknown, index: number) => unknown {
  if (!Array.isArray(others)) return () => undefined;
  const named = others.filter(isObject).toReversed();
  const byName = new Map(named.map((other) => [other["name"], other]));
  return (item, index) =>
    isObject(item) && typeof item["name"] === "string" ? byName.get(item["name"]) : others[index];
}

export function textOf(object: ManifestObject | undefined): string {
  return object === undefined
    ? ""
    : stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, sortMapEntries: true });
}
