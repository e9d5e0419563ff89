import { DomainError } from "./domain-error.ts";

/** Absent, or outside what the caller may see: the two look the same, so that ids cannot be probed. */
export class NotFound extends DomainError {
  override readonly name = "NotFound";
  readonly kind = "not-found";

  constructor(what: string, id?: string) {
    super(id === undefined ? `There is no such ${what}.` : `There is no ${what} with id ${id}.`);
  }
}
