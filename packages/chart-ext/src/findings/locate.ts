import type { ChartIssue } from "../chart-issue.ts";
import type { SourceDocument } from "../document/read-document.ts";
import { limits } from "../limits.ts";
import type { Finding } from "./finding.ts";

/** The first ones with their lines, and how many more there are: to find a line takes time. */
export function allLocated(file: string, document: SourceDocument, found: readonly Finding[]): ChartIssue[] {
  const first = found.slice(0, limits.issues).map((each) => located(file, document, each));
  const more = found.length - first.length;
  return more === 0 ? first : [...first, { file, path: [], message: `has ${more} more problems` }];
}

function located(file: string, document: SourceDocument, { path, message }: Finding): ChartIssue {
  const line = document.lineOf(path);
  return { file, path, message, ...(line === undefined ? {} : { line }) };
}
