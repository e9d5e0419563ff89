import { DomainError } from "./domain-error.ts";

/** The caller is known and sees the object, but may not do this to it. */
export class Forbidden extends DomainError {
  override readonly name = "Forbidden";
  readonly kind = "forbidden";
}
