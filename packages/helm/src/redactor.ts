import { secretForms } from "./secret-forms.ts";

const MARKER = "[redacted]";

/** Takes text in pieces; what might be the beginning of a secret is held back until it is known not to be one. */
export interface RedactorStream {
  push(text: string): string;
  /** The rest. */
  end(): string;
}

/** Replaces the values of secrets in text. */
export interface Redactor {
  (text: string): string;
  stream(): RedactorStream;
}

/**
 * A redactor for these secrets, by value: as they are, each line of ones with several, in base64 at any offset, and
 * as JSON and URLs write them. Overlapping secrets leave nothing of either. A secret of fewer than 4 characters is
 * replaced only where it stands in quotes: elsewhere it would take ordinary text with it and be told by the gaps.
 */
export function redactor(secrets: readonly string[]): Redactor {
  const forms = secretForms(secrets);
  const stream = () => redactorStream(forms);
  const redact = (text: string) => {
    const whole = stream();
    return whole.push(text) + whole.end();
  };
  return Object.assign(redact, { stream });
}

/** Where a secret begins and ends in the text. */
type Span = readonly [start: number, end: number];

function redactorStream(forms: readonly string[]): RedactorStream {
  let held = "";
  /** How many of the held characters belong to a secret whose marker was given out already. */
  let covered = 0;

  function take(text: string, isLast: boolean): string {
    held += text;
    const end = isLast ? held.length : beginningOfPartialSecret(held, forms);
    const spans = merge([[0, covered], ...findAll(held, forms)]);
    let output = "";
    let from = 0;
    let next = 0;
    for (const [start, stop] of spans) {
      if (start >= end) break;
      output += held.slice(from, start);
      if (start > 0 || covered === 0) output += MARKER;
      from = stop;
      next = stop;
    }
    output += held.slice(from, Math.max(from, end));
    covered = Math.max(next - end, 0);
    held = held.slice(end);
    return output;
  }

  return {
    push: (text) => (forms.length === 0 ? text : take(text, false)),
    end: () => (forms.length === 0 ? "" : take("", true)),
  };
}

function findAll(text: string, forms: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      const last = spans.at(-1);
      // A form that repeats itself ("aaaa" in a long run of a) grows one span instead of making one per character.
      if (last && last[0] <= at && at <= last[1])
        spans[spans.length - 1] = [last[0], Math.max(last[1], at + form.length)];
      else spans.push([at, at + form.length]);
    }
  }
  return spans;
}

/** Spans in order, touching ones joined, empty ones left out. */
function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const [start, end] of spans.filter(([a, b]) => a < b).sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    else merged.push([start, end]);
  }
  return merged;
}

/** Where the text's longest ending begins that a secret begins with; the text's length if none does. */
function beginningOfPartialSecret(text: string, forms: readonly string[]): number {
  const longest = forms[0]?.length ?? 0;
  for (let start = Math.max(text.length - longest + 1, 0); start < text.length; start += 1) {
    const ending = text.slice(start);
    if (forms.some((form) => form.length > ending.length && form.startsWith(ending))) return start;
  }
  return text.length;
}
