import type { Json } from "@platz/domain";
import { asSealed, type KeyRing } from "@platz/sealing";

/** An encrypted part of a JSON document, as the database holds it. */
const KEY = "$sealed";
type SealedJson = { [KEY]: string };

/** What stands for a value that must not be told. */
export const SECRET = "(secret)";

/** The value as the database may hold it. `place` is where it stands: it opens nowhere else. */
export async function sealJson(keyring: KeyRing, value: Json, place: string): Promise<SealedJson> {
  return { [KEY]: await keyring.seal(JSON.stringify(value), place) };
}

export function isSealedJson(value: unknown): value is SealedJson {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, KEY);
}

/** The document with each sealed part opened. Throws a `SealingError` for a part that does not open. */
export async function openJson<Document>(
  keyring: KeyRing,
  document: Document,
  place: string,
): Promise<Document> {
  return await mapSealed(document, async (sealed) => JSON.parse(await keyring.open(asSealed(sealed), place)));
}

/** The document with each part that an older key sealed sealed by the present one; the very same if there is none. */
export async function resealJson<Document>(
  keyring: KeyRing,
  document: Document,
  place: string,
): Promise<Document> {
  return await mapSealed(document, async (text) => {
    const sealed = asSealed(text);
    if (!keyring.needsRotation(sealed)) return { [KEY]: text };
    return { [KEY]: await keyring.seal(await keyring.open(sealed, place), place) };
  });
}

/** Whether somebody sends what only we may write. */
export function holdsSealed(document: Json): boolean {
  if (Array.isArray(document)) return document.some(holdsSealed);
  if (typeof document !== "object" || document === null) return false;
  return isSealedJson(document) || Object.values(document).some(holdsSealed);
}

async function mapSealed<Document>(
  document: Document,
  map: (sealed: string) => Promise<Json>,
): Promise<Document> {
  // What comes out has the shape that went in, but for parts that any JSON may stand for.
  return (await mapped(document as Json, map)) as Document;
}

async function mapped(value: Json, map: (sealed: string) => Promise<Json>): Promise<Json> {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return await Promise.all(value.map((item) => mapped(item, map)));
  if (isSealedJson(value)) return await map(value[KEY]);
  const entries = Object.entries(value).map(async ([key, item]) => [key, await mapped(item, map)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
