import type { Json, JsonObject } from "@platz/domain";

const HIDDEN = "(secret)";
/** Shorter ones are hidden where they are the whole text: elsewhere they would be told by the gaps. */
const PART_LENGTH_MIN = 4;

/** The document with these texts hidden wherever they stand, in values and in keys. */
export function hideTexts(document: JsonObject, texts: readonly string[]): JsonObject {
  // The longest first: one secret may stand within another.
  const longestFirst = texts.filter((text) => text !== "").toSorted((a, b) => b.length - a.length);
  const hide = (text: string) =>
    longestFirst.reduce((shown, secret) => {
      if (secret.length >= PART_LENGTH_MIN) return shown.replaceAll(secret, HIDDEN);
      return shown === secret ? HIDDEN : shown;
    }, text);
  const map = (value: Json): Json => {
    if (typeof value === "string") return hide(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(map);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [hide(key), map(item)]));
  };
  return Object.fromEntries(Object.entries(document).map(([key, item]) => [hide(key), map(item)]));
}
