import { DomainError, type ErrorKind, TooManyRequests } from "@platz/domain";
import { outageOf } from "@platz/services";

const statuses = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "precondition-failed": 412,
  "too-many-requests": 429,
  unavailable: 503,
} as const satisfies Record<ErrorKind, number>;

/** A request that the door itself turns away, as HTTP says it; there is no kind of domain error for it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: 400 | 408 | 413 | 415;

  constructor(status: Refusal["status"], message: string) {
    super(message);
    this.status = status;
  }
}

export interface Problem {
  readonly status: number;
  readonly message: string;
  /** Whether it is a bug or an outage, which the log must hear of. */
  readonly isOurs: boolean;
  /** When trying again is worth it, where that is known. */
  readonly retryAfterMs?: number | undefined;
}

/** What a thrown value is to whoever called by plain HTTP: the one place where it becomes a status and a sentence. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return { status: error.status, message: error.message, isOurs: false };
  // What already has its sentence may have an outage of somebody else as its cause.
  const known = error instanceof DomainError ? error : (outageOf(error) ?? error);
  if (known instanceof DomainError) {
    const { kind, message } = known;
    const retryAfterMs = known instanceof TooManyRequests ? known.retryAfterMs : undefined;
    return { status: statuses[kind], message, isOurs: kind === "unavailable", retryAfterMs };
  }
  return { status: 500, message: "internal error", isOurs: true };
}

/** A JSON answer with a `message`, as every error of the API has. */
export function problemResponse({ status, message, retryAfterMs }: Omit<Problem, "isOurs">): Response {
  const headers = retryAfterMs === undefined ? {} : retryAfter(retryAfterMs);
  return Response.json({ message }, { status, headers });
}

/** The header that says when to come back (RFC 9110, 10.2.3). */
export function retryAfter(ms: number): { readonly "retry-after": string } {
  return { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) };
}
