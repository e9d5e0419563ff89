import { DomainError } from "./domain-error.ts";

/** A part that is needed cannot be reached now; trying again later may work. */
export class Unavailable extends DomainError {
  override readonly name = "Unavailable";
  readonly kind = "unavailable";
}
