import { parseKeyRing } from "./parse-key-ring.ts";
import { formatEnvelope, parseEnvelope, type Sealed } from "./sealed.ts";
import { SealingError } from "./sealing-error.ts";

/** Seals values and opens them again. Keys come from outside the database and never leave the ring. */
export interface KeyRing {
  readonly currentKeyId: string;
  /**
   * Encrypts a value under a new data key, which the current key wraps. `context` names the place that the value is
   * for (table, row id, column): the text opens nowhere else, so rows cannot be swapped.
   */
  seal(plain: string, context: string): Promise<Sealed>;
  /** The value again, or a `SealingError`: key not in the ring, other context, or text changed by somebody. */
  open(sealed: Sealed, context: string): Promise<string>;
  /** Whether the value is sealed with another key than the current one: open it and seal it again. */
  needsRotation(sealed: Sealed): boolean;
}

const NONCE_BYTES = 12;
const DATA_KEY_BYTES = 32;

/**
 * A ring from `kid:base64key[,kid2:…]` (32-byte keys): the first key seals, all open, so a key is replaced by putting
 * the new one first. AES-256-GCM by envelope, with WebCrypto alone. Throws a `SealingError` for a wrong setting.
 */
export function createKeyRing(setting: string): KeyRing {
  const raw = parseKeyRing(setting);
  const currentKeyId = [...raw.keys()][0] ?? "";
  const imported = new Map<string, Promise<CryptoKey>>();

  function key(id: string): Promise<CryptoKey> {
    const bytes = raw.get(id);
    if (bytes === undefined) {
      throw new SealingError(
        "unknown-key",
        `A value is sealed with key "${id}", which is not in the key ring; add that key to the ring again.`,
      );
    }
    const known = imported.get(id) ?? importKey(bytes);
    imported.set(id, known);
    return known;
  }

  return {
    currentKeyId,
    async seal(plain, context) {
      const aad = associatedData(currentKeyId, context);
      const dataKey = crypto.getRandomValues(new Uint8Array(DATA_KEY_BYTES));
      const wrappedKey = await encrypt(await key(currentKeyId), dataKey, aad);
      const ciphertext = await encrypt(await importKey(dataKey), new TextEncoder().encode(plain), aad);
      return formatEnvelope({ keyId: currentKeyId, wrappedKey, ciphertext });
    },
    async open(sealed, context) {
      const { keyId, wrappedKey, ciphertext } = parseEnvelope(sealed);
      const aad = associatedData(keyId, context);
      const dataKey = await decrypt(await key(keyId), wrappedKey, aad);
      return new TextDecoder().decode(await decrypt(await importKey(dataKey), ciphertext, aad));
    },
    needsRotation: (sealed) => parseEnvelope(sealed).keyId !== currentKeyId,
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

function importKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Binds format, key and place. Key ids hold no dot, so no two pairs of key and context read the same. */
function associatedData(keyId: string, context: string): Bytes {
  return new TextEncoder().encode(`platz1.${keyId}.${context}`);
}

async function encrypt(key: CryptoKey, plain: Bytes, additionalData: Bytes): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain);
  const joined = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  joined.set(iv);
  joined.set(new Uint8Array(sealed), NONCE_BYTES);
  return joined;
}

async function decrypt(key: CryptoKey, joined: Bytes, additionalData: Bytes): Promise<Bytes> {
  const iv = joined.subarray(0, NONCE_BYTES);
  try {
    const algorithm = { name: "AES-GCM", iv, additionalData };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, joined.subarray(NONCE_BYTES)));
  } catch (cause) {
    throw new SealingError(
      "tampered",
      "A sealed value does not open: it was changed, moved from another row, or sealed with another key of the same id.",
      { cause },
    );
  }
}
