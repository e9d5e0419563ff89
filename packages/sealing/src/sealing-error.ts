/** Why sealing or opening failed: the setting is wrong, the key is not in the ring, or the text is not what was sealed. */
export type SealingErrorKind = "key-ring" | "unknown-key" | "malformed" | "tampered";

/** A value could not be sealed or opened. The message never holds key material or any part of a value. */
export class SealingError extends Error {
  override readonly name = "SealingError";
  readonly kind: SealingErrorKind;

  constructor(kind: SealingErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
