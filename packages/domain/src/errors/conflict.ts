import { DomainError } from "./domain-error.ts";

/** Somebody else was first, or something still depends on it. */
export class Conflict extends DomainError {
  override readonly name = "Conflict";
  readonly kind = "conflict";
}
