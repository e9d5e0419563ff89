import { type CollectionReference, chartFormOf, type InputIssue } from "@platz/chart-ext";
import type { JsonObject } from "@platz/domain";

interface CheckedInputs {
  readonly issues: readonly InputIssue[];
  /** What they refer to, when nothing is wrong with them. */
  readonly references: readonly CollectionReference[];
}

/** Checks inputs by a form as it is stored; `null` for one that cannot be read. */
export function checkInputs({
  form: stored,
  inputs,
}: {
  readonly form: unknown;
  readonly inputs: JsonObject;
}): CheckedInputs | null {
  const form = chartFormOf(stored);
  if (form === undefined) return null;
  const issues = form.check(inputs);
  return { issues, references: issues.length > 0 ? [] : form.references(inputs) };
}
