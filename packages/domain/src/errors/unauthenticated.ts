import { DomainError } from "./domain-error.ts";

/** Nobody is signed in, or the credential is not valid (any more). */
export class Unauthenticated extends DomainError {
  override readonly name = "Unauthenticated";
  readonly kind = "unauthenticated";
}
