import type { ErrorKind } from "@platz/domain";

const kinds = [
  "invalid",
  "unauthenticated",
  "forbidden",
  "not-found",
  "conflict",
  "precondition-failed",
  "too-many-requests",
  "unavailable",
  "internal",
  "unreachable",
] as const;

/**
 * What went wrong with a call. All but the last two are answers of Platz, whose message is written for people:
 * `internal` is a failure of Platz itself; with `unreachable` nothing is known of what became of a change.
 */
export type PlatzErrorKind = (typeof kinds)[number];

export function isPlatzErrorKind(kind: unknown): kind is PlatzErrorKind {
  return kinds.some((each) => each === kind);
}

// Every kind of the API is one of ours.
null as unknown as Exclude<ErrorKind, PlatzErrorKind> satisfies never;

/** One field that was refused: where it is in what was sent, and what was expected there. */
export interface FieldIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A call that did not do what it should. `kind` says what can be done about it. */
export class PlatzError extends Error {
  override readonly name = "PlatzError";
  readonly kind: PlatzErrorKind;
  /** The fields that were refused, for `invalid`. */
  readonly issues: readonly FieldIssue[];

  constructor(
    message: string,
    { kind, issues = [], cause }: { kind: PlatzErrorKind; issues?: readonly FieldIssue[]; cause?: unknown },
  ) {
    super(message, { cause });
    this.kind = kind;
    this.issues = issues;
  }
}
