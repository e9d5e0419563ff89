import { DomainError } from "./domain-error.ts";

/** The object is not in a state in which this can be done. */
export class PreconditionFailed extends DomainError {
  override readonly name = "PreconditionFailed";
  readonly kind = "precondition-failed";
}
