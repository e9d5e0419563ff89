import { droppedSecrets, issueText, isValuesForm, type ParsedChart } from "@platz/chart-ext";
import type { HelmChart, Json } from "@platz/domain";
import type { ParsedTag } from "./parse-tag.ts";

/** What was found in a chart's archive, or why it could not be read. */
export type ChartContent =
  | ParsedChart
  | {
      readonly unreadable: string /** Whether it has cost the process that read it. */;
      readonly isCostly?: boolean;
    };

type Told = Pick<
  HelmChart,
  | "valuesUi"
  | "actionsSchema"
  | "features"
  | "resourceTypes"
  | "error"
  | "findings"
  | "quarantine"
  | "tagFormatId"
  | "parsedVersion"
  | "parsedRevision"
  | "parsedBranch"
  | "parsedCommit"
>;

/** The chart of the same repository before this one. */
export type EarlierChart = Pick<HelmChart, "imageTag" | "valuesUi" | "actionsSchema" | "resourceTypes">;

/** The columns of a chart that come from its content and its tag (workers spec 5.6). */
export function recordedChart(content: ChartContent, tag: ParsedTag | null, earlier?: EarlierChart): Told {
  const fromTag = {
    tagFormatId: tag?.tagFormatId ?? null,
    parsedVersion: tag?.version ?? null,
    parsedRevision: tag?.revision ?? null,
    parsedBranch: tag?.branch ?? null,
    parsedCommit: tag?.commit ?? null,
  };
  if ("unreadable" in content) return { ...unreadableChart(content), ...fromTag };
  const { metadata, valuesUi } = content;
  // One that is made from values that Helm takes, and we cannot keep, is done without.
  const isOwnForm = valuesUi === null || !isValuesForm(valuesUi);
  const problems = content.issues.map(issueText);
  const stored = (file: string, document: Json) => {
    if (isStorable(document)) return document;
    problems.push(`${file}: holds a NUL character or half of a character; take it out`);
    return null;
  };
  const forms = {
    valuesUi: isOwnForm ? stored("platz/values-ui.yaml", valuesUi) : isStorable(valuesUi) ? valuesUi : null,
    actionsSchema: stored("platz/actions.yaml", content.actions),
    resourceTypes: stored("platz/resources.yaml", content.resourceTypes),
  };
  const dropped = earlier ? droppedSecrets({ ...earlier, tag: earlier.imageTag }, forms) : [];
  return {
    ...forms,
    features: stored("platz/features.yaml", content.features),
    ...(metadata === null ? fromTag : { ...fromTag, ...fromMetadata(metadata, tag) }),
    quarantine: null,
    error: linesOf(problems),
    findings: linesOf([...dropped, ...content.findings].map(issueText)),
  };
}

function unreadableChart({ unreadable, isCostly = false }: Extract<ChartContent, { unreadable: string }>) {
  return {
    valuesUi: null,
    actionsSchema: null,
    features: null,
    resourceTypes: null,
    error: linesOf([unreadable]),
    findings: null,
    quarantine: isCostly ? `The chart cannot be read: ${unreadable}. Publish a corrected one.` : null,
  };
}

/**
 * What the author says of branch and commit counts where the tag says nothing of it: deployments follow branches, and a
 * chart must not choose who follows it. The version is always that of the chart itself.
 */
function fromMetadata(
  { version, gitBranch, gitCommit }: NonNullable<ParsedChart["metadata"]>,
  tag: ParsedTag | null,
) {
  return {
    parsedVersion: storableText(version),
    parsedRevision: null,
    parsedBranch: saidOf(tag?.branch, gitBranch && storableText(gitBranch)),
    parsedCommit: saidOf(tag?.commit, gitCommit && storableText(gitCommit)),
  };
}

/** What a tag says, or else an annotation. */
export function saidOf(byTag: string | undefined, byAnnotation: string | null): string | null {
  return byTag || (byAnnotation ?? byTag ?? null);
}

const PROBLEMS_MAX = 20;
const TEXT_LENGTH_MAX = 500;

/** Enough for an author to go on with: lists of charts carry it. */
function linesOf(problems: readonly string[]): string | null {
  if (problems.length === 0) return null;
  const first = problems.slice(0, PROBLEMS_MAX).map(storableText);
  const more = problems.length - first.length;
  return [...first, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair. */
function storableText(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX).toWellFormed().replaceAll("\0", "\uFFFD");
}

function isStorable(value: Json): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}
