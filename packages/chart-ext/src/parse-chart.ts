import type { z } from "zod";
import type { StoredActions } from "./actions.ts";
import type { StoredForm } from "./chart-form.ts";
import type { ChartIssue } from "./chart-issue.ts";
import { ChartMetadata } from "./chart-metadata.ts";
import { readDocument, type SourceDocument } from "./document/read-document.ts";
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
import { allLocated } from "./findings/locate.ts";
import { issueSentence } from "./issue-sentence.ts";
import type { ResourceTypes } from "./resource-types.ts";
import { readValuesForm } from "./values-form/read-values-form.ts";

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
  const ofValues = isShipped(extensionFiles.valuesUi) ? undefined : readValuesForm(files);
  issues.push(...(ofValues?.issues ?? []));
  const parts = {
    valuesUi: ofValues === undefined ? part<StoredForm>("valuesUi") : ofValues.form,
    actions: part<StoredActions>("actions"),
    features: part<StoredFeatures>("features"),
    resourceTypes: part<ResourceTypes>("resourceTypes"),
  };
  const findings = [...chartFindings(parts)].flatMap(([name, found]) => {
    const source = read.get(name);
    return source === undefined ? [] : allLocated(source.file, source.document, found);
  });
  return { metadata, ...parts, issues, findings: [...findings, ...(ofValues?.findings ?? [])] };
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
  context.issues.push(...allLocated(file, document, result.error.issues.map(findingOf)));
  return null;
}

function findingOf(issue: z.core.$ZodIssue): Finding {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  return { path, message: issueSentence(issue) };
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
