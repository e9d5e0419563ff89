/** Why a call got no answer: we may not make it, or it did not come to an end that can be used. */
export type EgressErrorKind = "blocked" | "timeout" | "too-large" | "unreachable" | "redirect" | "tls";

/** A call that got no answer. The message is one sentence for a person, with no address, port or internal name in it. */
export class EgressError extends Error {
  override readonly name = "EgressError";
  readonly kind: EgressErrorKind;

  constructor(kind: EgressErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
