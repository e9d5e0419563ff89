import { DomainError } from "./domain-error.ts";

/** Tried too often within a while, or too much at once; it will work again after `retryAfterMs`. */
export class TooManyRequests extends DomainError {
  override readonly name = "TooManyRequests";
  readonly kind = "too-many-requests";
  readonly retryAfterMs: number;

  constructor(
    retryAfterMs: number,
    message = `Too many tries: wait ${Math.max(1, Math.ceil(retryAfterMs / 1000))} seconds, then try again.`,
  ) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}
