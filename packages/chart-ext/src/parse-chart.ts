import type { z } from "zod";
import type { StoredActions } from "./actions.ts";
import type { StoredForm } from "./chart-form.ts";
import type { ChartIssue } from "./chart-issue.ts";
import { ChartMetadata } from "./chart-metadata.ts";
import {
  type ExtensionFile,
  type ExtensionFileName,
  extensionFiles,
  type SchemaChoice,
  schemaFor,
} from "./extension-files.ts";
import type { StoredFeatures } from "./features.ts";
import { chartFindings } from "./findings/chart-findings.ts";
import type { Finding } from "./findings/finding.ts";
import { issueSentence } from "./issue-sentence.ts";
import type { Json } from "./json.ts";
import { CHARACTERS_MAX, readDocument, type SourceDocument } from "./read-document.ts";
import type { ResourceTypes } from "./resource-types.ts";
import { formFromValues } from "./values-form/form-from-values.ts";

/**
 * What a chart ships beside its templates, in the canonical form that is stored (workers spec 8.11). A part is `null`
 * when its file is absent or cannot be used; what is wrong is among the issues. One bad file takes nothing from the
 * others.
 */
export interface ParsedChart {
  readonly metadata: ChartMetadata | null;
  /** The form that the author ships, or else the one that the chart's values make. */
  readonly valuesUi: StoredForm | null;
  readonly actions: StoredActions | null;
  readonly features: StoredFeatures | null;
  readonly resourceTypes: ResourceTypes | null;
  /** What cannot be read. A chart that has any is not deployed. */
  readonly issues: readonly ChartIssue[];
  /** What can be read, but cannot be meant: for the author, before the chart is pushed. */
  readonly findings: readonly ChartIssue[];
}

/** Files by path relative to the chart's own folder: `Chart.yaml`, `platz/values-ui.yaml`, … */
export type ChartFiles = ReadonlyMap<string, string>;

/** Reads the extension files of a chart. Never throws: whatever is wrong with them is an issue. */
export function parseChart(files: ChartFiles): ParsedChart {
  const issues: ChartIssue[] = [];
  const isModern = [...files.keys()].some((path) => path.startsWith("platz/"));
  const read = new Map<ExtensionFileName, { readonly file: string; readonly document: SourceDocument }>();
  const part = <Result>(name: ExtensionFileName): Result | null => {
    const file: ExtensionFile = extensionFiles[name];
    const path = isModern ? file.modern : file.legacy;
    const text = path === null ? undefined : files.get(path);
    if (path === null || text === undefined) return null;
    return readPart(path, text, {
      choose: (value) => schemaFor(file, value),
      issues,
      onRead: (document) => read.set(name, { file: path, document }),
    }) as Result | null;
  };
  const isShipped = ({ modern, legacy }: ExtensionFile) => files.has((isModern ? modern : legacy) ?? "");
  const metadata = readMetadata(files, issues);
  const parts = {
    valuesUi: isShipped(extensionFiles.valuesUi) ? part<StoredForm>("valuesUi") : formOfValues(files, issues),
    actions: part<StoredActions>("actions"),
    features: part<StoredFeatures>("features"),
    resourceTypes: part<ResourceTypes>("resourceTypes"),
  };
  const findings = [...chartFindings(parts)].flatMap(([name, found]) => {
    const source = read.get(name);
    return source === undefined ? [] : found.map((each) => located(source.file, source.document, each));
  });
  return { metadata, ...parts, issues, findings };
}

/**
 * The form of a chart whose author ships none. What Helm takes and we do not read, because it is too long, is as if it
 * were not there; what Helm would refuse too is an issue.
 */
function formOfValues(files: ChartFiles, issues: ChartIssue[]): StoredForm | null {
  const textOf = (file: string) => [files.get(file)].find((text) => text && text.length <= CHARACTERS_MAX);
  const [text, schemaText] = [textOf("values.yaml"), textOf("values.schema.json")];
  if (text === undefined && schemaText === undefined) return null;
  const values = text === undefined ? undefined : readDocument("values.yaml", text, "helm");
  const schema = schemaText === undefined ? undefined : readDocument("values.schema.json", schemaText);
  const refused = [values, schema].flatMap((read) => (read && "issues" in read ? read.issues : []));
  issues.push(...refused);
  if (refused.length > 0) return null;
  const described = schema && "document" in schema ? (schema.document.value as Json) : undefined;
  return formFromValues({ schema: described, text: text ?? "" });
}

function readPart(
  file: string,
  text: string,
  context: {
    readonly choose: (value: unknown) => SchemaChoice;
    readonly issues: ChartIssue[];
    readonly onRead?: (document: SourceDocument) => void;
  },
): unknown {
  const read = readDocument(file, text);
  if ("issues" in read) {
    context.issues.push(...read.issues);
    return null;
  }
  const { document } = read;
  context.onRead?.(document);
  const choice = context.choose(document.value);
  if ("refused" in choice) {
    context.issues.push({ file, path: [], message: choice.refused, line: 1 });
    return null;
  }
  const result = choice.schema.safeParse(document.value);
  if (result.success) return result.data;
  context.issues.push(...result.error.issues.map((issue) => chartIssue(file, document, issue)));
  return null;
}

function chartIssue(file: string, document: SourceDocument, issue: z.core.$ZodIssue): ChartIssue {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  return located(file, document, { path, message: issueSentence(issue) });
}

function located(file: string, document: SourceDocument, { path, message }: Finding): ChartIssue {
  const line = document.lineOf(path);
  return { file, path, message, ...(line === undefined ? {} : { line }) };
}

function readMetadata(files: ChartFiles, issues: ChartIssue[]): ChartMetadata | null {
  const text = files.get("Chart.yaml");
  if (text === undefined) {
    issues.push({ file: "Chart.yaml", path: [], message: "is missing" });
    return null;
  }
  return readPart("Chart.yaml", text, {
    choose: () => ({ schema: ChartMetadata }),
    issues,
  }) as ChartMetadata | null;
}
