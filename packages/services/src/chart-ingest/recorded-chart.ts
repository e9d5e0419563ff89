import { issueText, type ParsedChart } from "@platz/chart-ext";
import type { HelmChart } from "@platz/domain";
import type { ParsedTag } from "./parse-tag.ts";

/** What was found in a chart's archive, or why it could not be read. */
export type ChartContent = ParsedChart | { readonly unreadable: string };

type Told = Pick<
  HelmChart,
  | "valuesUi"
  | "actionsSchema"
  | "features"
  | "resourceTypes"
  | "error"
  | "tagFormatId"
  | "parsedVersion"
  | "parsedRevision"
  | "parsedBranch"
  | "parsedCommit"
>;

/** The columns of a chart that come from its content and its tag (workers spec 5.6). */
export function recordedChart(content: ChartContent, tag: ParsedTag | null): Told {
  const fromTag = {
    tagFormatId: tag?.tagFormatId ?? null,
    parsedVersion: tag?.version ?? null,
    parsedRevision: tag?.revision ?? null,
    parsedBranch: tag?.branch ?? null,
    parsedCommit: tag?.commit ?? null,
  };
  if ("unreadable" in content) {
    const nothing = { valuesUi: null, actionsSchema: null, features: null, resourceTypes: null };
    return { ...nothing, ...fromTag, error: content.unreadable };
  }
  const { metadata, valuesUi, actions, features, resourceTypes, issues } = content;
  return {
    valuesUi,
    actionsSchema: actions,
    features,
    resourceTypes,
    error: issues.length === 0 ? null : issues.map(issueText).join("\n"),
    ...(metadata === null ? fromTag : { ...fromTag, ...fromMetadata(metadata) }),
  };
}

/** Annotations of the author win over what a tag may say; the version is always that of the chart itself. */
function fromMetadata({ version, gitBranch, gitCommit }: NonNullable<ParsedChart["metadata"]>) {
  const always = { parsedVersion: version, parsedRevision: null };
  if (gitBranch === null && gitCommit === null) return always;
  return { ...always, tagFormatId: null, parsedBranch: gitBranch, parsedCommit: gitCommit };
}
