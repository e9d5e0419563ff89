import { base64Forms, byteForms, doubleBase64Forms } from "./byte-forms.ts";
import { documentForms, textForms } from "./text-forms.ts";
import { exact, folded, type Pattern, patternOf } from "./views.ts";

/** Shorter secrets are looked for in quotes alone. */
const LENGTH_MIN = 4;
/** What has fewer letters and digits is looked for exactly as it is written: folded, it would be found everywhere. */
const FOLDED_MIN = 8;
/** A line of a secret that is shorter says too little to look for it. */
const LINE_MIN = 8;
/** Of secrets that have more together, only the forms that Helm and Kubernetes write are looked for. */
const ALL_FORMS_MAX = 16 * 1024;

export interface SecretPatterns {
  readonly exact: readonly Pattern[];
  readonly folded: readonly Pattern[];
}

/** Every text by which one of the secrets may show, each once. */
export function secretPatterns(secrets: readonly string[]): SecretPatterns {
  const parts = new Set(secrets.flatMap(partsOf));
  const length = [...parts].reduce((sum, part) => sum + part.length, 0);
  const formsOf = length > ALL_FORMS_MAX ? commonForms : allForms;
  const exactly = new Map<string, Pattern>();
  const loosely = new Map<string, Pattern>();
  for (const form of [...secrets.flatMap(quoted), ...[...parts].flatMap(formsOf)]) {
    const pattern = patternOf(form, folded);
    const { codes, lead, tail, rest } = pattern;
    if (codes.length >= FOLDED_MIN) {
      loosely.set(`${lead} ${String.fromCharCode(...codes)} ${rest} ${tail}`, pattern);
    } else if (form.length >= LENGTH_MIN) {
      exactly.set(form, patternOf(form, exact));
    }
  }
  return { exact: [...exactly.values()], folded: [...loosely.values()] };
}

/** What is looked for of a secret in all forms: the whole, and its lines, which logs and YAML indent. */
function partsOf(secret: string): string[] {
  const trimmed = secret.trim();
  if (trimmed.length < LENGTH_MIN) return [];
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim());
  const long = lines.length > 1 ? lines.filter((line) => line.length >= LINE_MIN) : [];
  // Case is folded of ASCII alone.
  const cases = /[^ -~\s]/.test(trimmed) ? [trimmed.toLowerCase(), trimmed.toUpperCase()] : [];
  return [secret, trimmed, ...long, ...cases];
}

function quoted(secret: string): string[] {
  const trimmed = secret.trim();
  if (trimmed === "" || trimmed.length >= LENGTH_MIN) return [];
  return [`"${trimmed}"`, `'${trimmed}'`, `\`${trimmed}\``];
}

function commonForms(part: string): string[] {
  return [...documentForms(part), ...base64Forms(part)];
}

function allForms(part: string): string[] {
  return [
    ...textForms(part),
    ...byteForms(part),
    ...documentForms(part).flatMap(base64Forms),
    ...doubleBase64Forms(part),
  ];
}
