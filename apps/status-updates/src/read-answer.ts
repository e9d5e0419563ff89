import { StatusDocument } from "@platz/chart-ext";
import type { EgressResponse } from "@platz/egress";

/** What a status endpoint said, or a sentence about what is wrong with that. */
export type Answer = { readonly document: StatusDocument } | { readonly problem: string };

const PROBLEM_LENGTH_MAX = 500;

/** Reads an answer as a status document (workers spec 6.3). */
export function readAnswer({ status, text }: Pick<EgressResponse, "status" | "text">): Answer {
  if (status < 200 || status > 299) {
    return { problem: `The status endpoint answered with HTTP status ${status}.` };
  }
  const json = parseJson(text);
  if (json === undefined) return { problem: "The status endpoint did not answer with JSON." };
  const result = StatusDocument.safeParse(json);
  if (result.success) return { document: result.data };
  const issues = result.error.issues.map(({ path, message }) => [path.join("."), message].join(" ").trim());
  const problem = `The status document is not valid: ${issues.join("; ")}.`;
  return { problem: problem.slice(0, PROBLEM_LENGTH_MAX).toWellFormed() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? storable(value) : value));
  } catch {
    return undefined;
  }
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
