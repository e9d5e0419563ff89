import { type Json, type JsonObject, sameJson } from "@platz/domain";
import type { KeyRing } from "@platz/sealing";
import { isSealedJson, sealJson } from "./sealed-json.ts";

/** Whether a key of a document holds a secret. */
export type IsSensitive = (key: string) => boolean;

/** A document as it is stored, some of its keys sealed, and what that says. */
export interface StoredDocument {
  readonly stored: JsonObject;
  readonly opened: JsonObject;
}

interface ToSeal {
  readonly document: JsonObject;
  /** What the form calls sensitive. */
  readonly isSensitive: IsSensitive;
  /** Where the document stands: what is sealed opens nowhere else. */
  readonly place: string;
  /** What was stored before, wherever the values may come from. */
  readonly before: readonly StoredDocument[];
}

/** Shorter texts are the same by chance. */
const TELLING_LENGTH = 4;
const COMPARISONS_MAX = 100_000;

/**
 * A document as the database may hold it. Sealed are the keys that the form calls sensitive, and whatever holds
 * something that was sealed before: a secret stays one whatever a later form says, also as a part of a list or of a
 * text, or under another key. It ends when somebody enters a new value under a form that calls it none. A value that
 * stays is not sealed anew.
 */
export async function sealSensitive(
  keyring: KeyRing,
  { document, isSensitive, place, before }: ToSeal,
): Promise<JsonObject> {
  const isKnownSecret = knownSecrets(before);
  const entries = Object.entries(document).map(async ([key, value]): Promise<[string, Json]> => {
    const same = before.find(
      ({ stored, opened }) => isSealedJson(own(stored, key)) && sameJson(own(opened, key), value),
    );
    if (same) return [key, own(same.stored, key)];
    const isSecret = isSensitive(key) || isKnownSecret(key, value);
    return [key, isSecret ? await sealJson(keyring, value, place) : value];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The keys whose value is sealed in any of these documents. */
export function sealedKeys(...documents: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(
    documents.flatMap((document) => Object.keys(document).filter((key) => isSealedJson(document[key]))),
  );
}

/** The texts of a document that are sealed where it is stored. */
export function sealedTexts({ stored, opened }: StoredDocument): string[] {
  return [...sealedKeys(stored)].flatMap((key) => textsIn(own(opened, key)));
}

/** Texts and numbers among a value, in whatever depth, as text. */
export function textsIn(value: Json): string[] {
  const texts: string[] = [];
  const rest: Json[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === "object" && next !== null) for (const item of Object.values(next)) rest.push(item);
    else if (typeof next === "string" || typeof next === "number") texts.push(String(next));
  }
  return texts.filter((text) => text !== "");
}

/** Tells of a value whether it holds a secret that was sealed: under its own key any part of it, elsewhere a whole text. */
function knownSecrets(before: readonly StoredDocument[]): (key: string, value: Json) => boolean {
  const byKey = new Map<string, Set<string>>();
  for (const { stored, opened } of before) {
    for (const key of sealedKeys(stored)) {
      byKey.set(key, new Set([...(byKey.get(key) ?? []), ...textsIn(own(opened, key))]));
    }
  }
  const telling = new Set([...byKey.values()].flatMap((texts) => [...texts]).filter(isTelling));
  return (key, value) => {
    const texts = byKey.size === 0 ? [] : textsIn(value);
    if (texts.length === 0) return false;
    if (holdsPart(texts, byKey.get(key))) return true;
    // What everybody could read beside the secret is none, although it is the same.
    const stoodOpen = before.some(({ stored }) => sameJson(own(stored, key), value));
    return !stoodOpen && texts.some((text) => telling.has(text));
  };
}

function holdsPart(texts: readonly string[], secrets: ReadonlySet<string> = new Set()): boolean {
  if (secrets.size === 0) return false;
  // Too many to look for each in each: they are taken to be there.
  if (texts.length * secrets.size > COMPARISONS_MAX) return true;
  const parts = [...secrets].filter(isTelling);
  return texts.some((text) => secrets.has(text) || parts.some((part) => text.includes(part)));
}

const isTelling = (text: string) => text.length >= TELLING_LENGTH;

function own(document: JsonObject, key: string): Json {
  return Object.hasOwn(document, key) ? (document[key] ?? null) : null;
}
