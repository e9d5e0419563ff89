import { type ArchiveLimits, defaultArchiveLimits } from "./archive-limits.ts";
import { ChartArchiveError } from "./chart-archive-error.ts";
import { packFolder } from "./pack-folder.ts";
import { type ChartArchive, readChartArchive } from "./read-chart-archive.ts";

/** A chart with the charts that are packed within it, by their paths in it. */
export interface ChartTree extends ChartArchive {
  readonly packed: ReadonlyMap<string, ChartTree>;
  /** Archives that Helm would unpack and that cannot be read here, by their paths, with the reason. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Deeper than any chart of charts of charts. */
const DEPTH_MAX = 8;
/** Where Helm looks for packed charts: beside its own files, and beside those of charts that lie there unpacked. */
const packedChart = /^(charts\/[^/]+\/)*charts\/[^/]+\.tgz$/;
/** Where it looks for schemas. */
const schemaFile = /^(charts\/[^/]+\/)*values\.schema\.json$/;

/**
 * Reads the charts that are packed within a chart, in any depth. All of them together are held to the limits of one;
 * what is over them, or is no sound archive, is `unread`.
 */
export async function readChartTree(
  chart: ChartArchive,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<ChartTree> {
  return await treeOf(chart, { limits: { ...limits }, depth: 1 });
}

interface Budget {
  /** What is left of them; reading takes from it. */
  readonly limits: { -readonly [Name in keyof ArchiveLimits]: ArchiveLimits[Name] };
  readonly depth: number;
}

async function treeOf(chart: ChartArchive, { limits, depth }: Budget): Promise<ChartTree> {
  const packed = new Map<string, ChartTree>();
  const unread = new Map<string, string>();
  for (const [path, bytes] of chart.files) {
    if (!packedChart.test(path)) continue;
    try {
      if (depth > DEPTH_MAX) throw new ChartArchiveError(`Charts are packed in charts ${DEPTH_MAX} deep.`);
      const inner = await readChartArchive(bytes, limits);
      for (const { length } of inner.files.values()) limits.expandedBytesMax -= length;
      limits.entriesMax -= inner.files.size;
      packed.set(path, await treeOf(inner, { limits, depth: depth + 1 }));
    } catch (error) {
      if (!(error instanceof ChartArchiveError)) throw error;
      unread.set(path, error.message);
      // A failure has cost something, too: after the first one nothing more is unpacked.
      limits.expandedBytesMax = 0;
    }
  }
  return { ...chart, packed, unread };
}

/** A schema as text, or why there is none. */
export type SchemaText = { readonly text: string } | { readonly unreadable: string };

/** Every `values.schema.json` that Helm may read of a chart, and every archive that could hold one and is not read, by path. */
export function chartSchemas(tree: ChartTree): ReadonlyMap<string, SchemaText> {
  const found = new Map<string, SchemaText>();
  const visit = (chart: ChartTree, at: string) => {
    for (const [path, bytes] of chart.files) if (schemaFile.test(path)) found.set(at + path, textOf(bytes));
    for (const [path, reason] of chart.unread) found.set(at + path, { unreadable: reason });
    for (const [path, inner] of chart.packed) visit(inner, `${at}${path}/`);
  };
  visit(tree, "");
  return found;
}

function textOf(bytes: Uint8Array): SchemaText {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { unreadable: "It is not UTF-8 text." };
  }
}

/**
 * Packs a chart anew from what was read of it, packed charts too. Two programs may read one archive differently
 * (extended headers, what comes after its end): this one has nothing in it but what was looked at.
 */
export async function packChartTree({ name, files, packed }: ChartTree): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Map<string, Uint8Array>(files);
  for (const [path, inner] of packed) content.set(path, await packChartTree(inner));
  return await packFolder(name, content);
}
