/** An answer of an API server that is no success, or no answer at all (`code` is 0 then). */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  /** HTTP status; 0 when the server could not be reached or did not answer in time. */
  readonly code: number;
  /** What the server asked for before the next try, in ms (Retry-After). */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    code: number,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

const hasCode = (error: unknown, ...codes: readonly number[]) =>
  error instanceof KubernetesError && codes.includes(error.code);

export const isNotFound = (error: unknown): boolean => hasCode(error, 404);
export const isConflict = (error: unknown): boolean => hasCode(error, 409);
export const isUnauthorized = (error: unknown): boolean => hasCode(error, 401, 403);
/** The list or watch began too long ago; it has to be begun again. */
export const isGone = (error: unknown): boolean => hasCode(error, 410);
/** Nothing was done: no connection, no answer in time, or a server that is overloaded or starting. */
export const isUnreachable = (error: unknown): boolean => hasCode(error, 0, 429, 502, 503, 504);
/** What the server asked for before the next try, in ms. */
export const retryAfterMs = (error: unknown): number | undefined =>
  error instanceof KubernetesError ? error.retryAfterMs : undefined;

/** What went wrong with a cluster, in one sentence for a person, without addresses of ours, tokens or bodies. */
export function describeKubernetesError(error: unknown): string {
  if (!(error instanceof KubernetesError)) return "The cluster could not be used: an unexpected error.";
  if (error.code === 401) return "The cluster refused the agent's credential; renew it.";
  return error.message;
}
