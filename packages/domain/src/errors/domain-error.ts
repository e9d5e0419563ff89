/** The kinds of failure that a caller can do something about. Each door (tRPC, HTTP, task history) has an answer for each. */
export const errorKinds = [
  "invalid",
  "unauthenticated",
  "forbidden",
  "not-found",
  "conflict",
  "precondition-failed",
  "too-many-requests",
  "unavailable",
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/**
 * A failure that its cause can be told about. The message is one sentence for the person who caused it and says
 * what to do; secrets, hosts and SQL go into `cause`, which never leaves the process.
 */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
}
