import { DomainError } from "./domain-error.ts";

/** One field that was refused: where it is in what was sent, and what was expected there. */
export interface FieldIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What was sent cannot be accepted; `issues` names the fields, and so does the message. */
export class Invalid extends DomainError {
  override readonly name = "Invalid";
  readonly kind = "invalid";
  readonly issues: readonly FieldIssue[];

  constructor(message: string, issues: readonly FieldIssue[] = []) {
    super(message);
    this.issues = issues;
  }

  /** An error whose message lists every issue as `field: what was expected`. */
  static fields(subject: string, issues: readonly FieldIssue[]): Invalid {
    const list = issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    return new Invalid(`${subject} was not accepted: ${list}`, issues);
  }
}
