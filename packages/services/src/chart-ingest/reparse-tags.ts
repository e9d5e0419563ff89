import { listTagFormats } from "@platz/db/queries/chart-ingest";
import { type ChartTag, listChartTags, updateChartTags } from "@platz/db/queries/chart-tags";
import type { HelmTagFormatId } from "@platz/domain";
import type { ServiceDatabase, ServiceLog } from "../context.ts";
import { parseTag, type TagFormat } from "./parse-tag.ts";
import { saidOf } from "./recorded-chart.ts";

const PAGE = 500;

/**
 * Reads the tags of recorded charts by the formats that there are now, and writes those of which that says something
 * else (workers spec 5.7). What the chart itself says of its version, branch and commit stays. Gives how many changed.
 */
export async function reparseTags(
  { db, log }: { readonly db: ServiceDatabase; readonly log: ServiceLog },
  signal?: AbortSignal,
): Promise<number> {
  const formats = await listTagFormats(db);
  const told = new Set<HelmTagFormatId>();
  const onInvalid = ({ id, pattern }: TagFormat) => {
    if (!told.has(id)) {
      log.warn({ tagFormatId: id, pattern }, "a tag format is passed over: its pattern cannot be used");
    }
    told.add(id);
  };
  return await reparse(db, { formats, known: formats, onInvalid, signal });
}

/** Reads the tags that one format was for by the others. */
export async function reparseTagsOf(db: ServiceDatabase, id: HelmTagFormatId): Promise<number> {
  const known = await listTagFormats(db);
  const formats = known.filter((format) => format.id !== id);
  return await reparse(db, { formats, known, onInvalid: () => {}, ofFormat: id });
}

interface Reparsing {
  readonly formats: readonly TagFormat[];
  /** These, and those that records may still name. */
  readonly known: readonly TagFormat[];
  onInvalid(format: TagFormat): void;
  readonly ofFormat?: HelmTagFormatId;
  readonly signal?: AbortSignal | undefined;
}

async function reparse(db: ServiceDatabase, reparsing: Reparsing): Promise<number> {
  const { ofFormat, signal } = reparsing;
  let changed = 0;
  let page: readonly ChartTag[] = [];
  do {
    page = await listChartTags(db, { after: page.at(-1)?.id, tagFormatId: ofFormat, limit: PAGE });
    const read = page.map((chart) => retagged(chart, reparsing));
    const different = read.filter((tag, index) => differs(tag, page[index]));
    if (different.length > 0) await updateChartTags(db, different);
    changed += different.length;
  } while (page.length === PAGE && !signal?.aborted);
  return changed;
}

function differs(tag: ChartTag, before: ChartTag | undefined): boolean {
  return JSON.stringify(tag) !== JSON.stringify(before);
}

/** What of a record came from the tag is read anew; which part that is, the record itself says (workers spec 5.6). */
function retagged(chart: ChartTag, { formats, known, onInvalid }: Reparsing): ChartTag {
  const parsed = parseTag(formats, chart.imageTag, onInvalid);
  const before = parseTag(
    known.filter(({ id }) => id === chart.tagFormatId),
    chart.imageTag,
    onInvalid,
  );
  // What the tag did not say, by the format that the record names, was said by the author.
  const isKnown = chart.tagFormatId === null || before !== null;
  const annotated = (recorded: string | null, byTag: string | undefined) =>
    isKnown && recorded !== (byTag ?? null) ? recorded : null;
  // Only a chart that could not be read has a revision, or no version: both then come from its tag.
  const isUnread = chart.parsedRevision !== null || chart.parsedVersion === null;
  return {
    ...chart,
    tagFormatId: parsed?.tagFormatId ?? null,
    ...(isUnread && {
      parsedVersion: parsed?.version ?? null,
      parsedRevision: parsed?.revision ?? null,
    }),
    parsedBranch: saidOf(parsed?.branch, annotated(chart.parsedBranch, before?.branch)),
    parsedCommit: saidOf(parsed?.commit, annotated(chart.parsedCommit, before?.commit)),
  };
}
