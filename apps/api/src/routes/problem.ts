import { DomainError, type ErrorKind } from "@platz/domain";
import { outageOf } from "@platz/services";

const statuses = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "precondition-failed": 412,
  unavailable: 503,
} as const satisfies Record<ErrorKind, number>;

export interface Problem {
  readonly status: number;
  readonly message: string;
  /** Whether it is a bug or an outage, which the log must hear of. */
  readonly isOurs: boolean;
}

/** What a thrown value is to whoever called by plain HTTP: the one place where it becomes a status and a sentence. */
export function problemOf(error: unknown): Problem {
  // What already has its sentence may have an outage of somebody else as its cause.
  const known = error instanceof DomainError ? error : (outageOf(error) ?? error);
  if (known instanceof DomainError) {
    return { status: statuses[known.kind], message: known.message, isOurs: known.kind === "unavailable" };
  }
  return { status: 500, message: "internal error", isOurs: true };
}

/** A JSON answer with a `message`, as every error of the API has. */
export function problemResponse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
