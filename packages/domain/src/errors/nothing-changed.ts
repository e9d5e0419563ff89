/**
 * An attempt of a deployment task ended before it changed anything (cluster unreachable, registry down, rate limit).
 * The task goes back to `Pending` with back-off, a bounded number of times; the message is the visible reason.
 */
export class NothingChanged extends Error {
  override readonly name = "NothingChanged";
  /** How long the other side asked to be left alone, in ms (Retry-After). */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}
