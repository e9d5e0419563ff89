/**
 * Why a registry did not give what was asked of it. `unreachable` and `rate-limited` may pass by themselves;
 * `unauthorized`, `not-found` and `invalid` (an answer that breaks the protocol or a digest) will not.
 */
export type RegistryErrorKind = "unreachable" | "unauthorized" | "not-found" | "rate-limited" | "invalid";

/** A registry did not give what was asked. The message is one sentence for a person; the rest is in `cause`. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly kind: RegistryErrorKind;
  /** How long the registry asked to be left alone (Retry-After), in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: RegistryErrorKind,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
