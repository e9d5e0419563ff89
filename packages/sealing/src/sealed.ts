import { fromBase64, toBase64Url } from "./base64.ts";
import { SealingError } from "./sealing-error.ts";

declare const brand: unique symbol;
/** A value as the database holds it: `platz1.<key id>.<wrapped data key>.<ciphertext>`, both parts in base64url. */
export type Sealed = string & { readonly [brand]: "Sealed" };

/** What key ids may look like; the dot and the colon separate parts of the texts that they stand in. */
export const keyIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** The parts of a sealed value. Each encrypted part begins with its 12-byte nonce and ends with the 16-byte GCM tag. */
export interface Envelope {
  readonly keyId: string;
  readonly wrappedKey: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

const FORMAT = "platz1";
const GCM_OVERHEAD_BYTES = 12 + 16;
const DATA_KEY_BYTES = 32;

export function formatEnvelope({ keyId, wrappedKey, ciphertext }: Envelope): Sealed {
  // The brand is given here and by `asSealed` only: both know that the text has the format.
  return `${FORMAT}.${keyId}.${toBase64Url(wrappedKey)}.${toBase64Url(ciphertext)}` as Sealed;
}

/** Reads a sealed text, or throws a `SealingError` of kind `malformed`. It says nothing about who sealed it. */
export function parseEnvelope(text: string): Envelope {
  const [format, keyId = "", wrapped = "", sealed = "", ...rest] = text.split(".");
  if (format !== FORMAT || rest.length > 0 || !keyIdPattern.test(keyId)) throw malformed();
  const wrappedKey = fromBase64(wrapped);
  const ciphertext = fromBase64(sealed);
  if (wrappedKey?.length !== DATA_KEY_BYTES + GCM_OVERHEAD_BYTES) throw malformed();
  if (ciphertext === undefined || ciphertext.length < GCM_OVERHEAD_BYTES) throw malformed();
  return { keyId, wrappedKey, ciphertext };
}

/** Takes a text from storage for a sealed value if it has the format of one, or throws a `SealingError`. */
export function asSealed(text: string): Sealed {
  parseEnvelope(text);
  return text as Sealed;
}

function malformed(): SealingError {
  return new SealingError("malformed", "A stored value is not in the format of a sealed value.");
}
