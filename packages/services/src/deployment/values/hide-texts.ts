import type { Json, JsonObject } from "@platz/domain";

const HIDDEN = "(secret)";

/** The document with these texts hidden wherever they stand, in values and in keys. */
export function hideTexts(document: JsonObject, texts: readonly string[]): JsonObject {
  // The longest first: one secret may stand within another.
  const longestFirst = texts.filter((text) => text !== "").toSorted((a, b) => b.length - a.length);
  const hide = (text: string) =>
    longestFirst.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
  const map = (value: Json): Json => {
    if (typeof value === "string") return hide(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(map);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [hide(key), map(item)]));
  };
  return Object.fromEntries(Object.entries(document).map(([key, item]) => [hide(key), map(item)]));
}
