import { fromBase64 } from "./base64.ts";
import { keyIdPattern } from "./sealed.ts";
import { SealingError } from "./sealing-error.ts";

const KEY_BYTES = 32;

/** Key-encryption keys by id, in the order of the setting: the first one seals. */
export type RawKeys = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Reads `kid:base64key[,kid2:base64key2…]`, or throws a `SealingError` that names the entry by place, never by key. */
export function parseKeyRing(setting: string): RawKeys {
  const keys = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [index, entry] of setting.split(",").entries()) {
    const place = `Key ${index + 1} of the key ring`;
    const colon = entry.indexOf(":");
    const id = entry.slice(0, Math.max(colon, 0)).trim();
    if (!keyIdPattern.test(id)) {
      throw invalid(`${place} must be written as id:key, with letters, digits, "-" or "_" in the id.`);
    }
    const key = fromBase64(entry.slice(colon + 1).trim());
    if (key?.length !== KEY_BYTES) throw invalid(`${place} ("${id}") must be 32 random bytes in base64.`);
    if (keys.has(id)) throw invalid(`${place} repeats the id "${id}"; give every key an id of its own.`);
    keys.set(id, key);
  }
  return keys;
}

function invalid(message: string): SealingError {
  return new SealingError("key-ring", message);
}
