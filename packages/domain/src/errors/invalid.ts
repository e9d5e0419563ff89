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

  /** An error whose message lists the issues as `field: what was expected`: the first fifty, and how many more there are. */
  static fields(subject: string, issues: readonly FieldIssue[]): Invalid {
    const shown = issues.slice(0, ISSUES_MAX).map(({ path, message }) => ({
      path: path.map((part) => (typeof part === "string" ? shortened(part) : part)),
      message: shortened(message),
    }));
    const list = shown.map(({ path, message }) => `${path.join(".") || "input"}: ${message}`);
    const more = issues.length > ISSUES_MAX ? [`and ${issues.length - ISSUES_MAX} more`] : [];
    return new Invalid(`${subject} was not accepted: ${[...list, ...more].join("; ")}`, shown);
  }
}

/** Nobody reads more of them, and what was sent decides how many there are and how long. */
const ISSUES_MAX = 50;
const CHARACTERS_MAX = 500;

function shortened(text: string): string {
  return text.length <= CHARACTERS_MAX ? text : `${text.slice(0, CHARACTERS_MAX)}…`;
}
