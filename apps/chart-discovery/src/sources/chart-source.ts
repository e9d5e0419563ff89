import type { HelmRegistry } from "@platz/domain";

/** A tag of a repository: what is looked at. */
export interface TagRef {
  readonly repository: string;
  readonly tag: string;
}

/** The bytes of a chart, and when its registry got it, as far as it says so. */
export interface SourcedChart {
  readonly archive: Uint8Array<ArrayBuffer>;
  readonly createdAt: Date | undefined;
}

/**
 * Where charts come from. What it sights are hints: a tag may have appeared, moved or gone, or nothing may have
 * happened; what is true is asked for afterwards.
 */
export interface ChartSource {
  readonly provider: HelmRegistry["provider"];
  /** The registry's name, with its port unless that is the default one. */
  readonly domain: string;
  /**
   * Tags to look at: each at least once after a start, and again after it changed or went. A registry that is away
   * does not end it; the signal does.
   */
  sightings(signal: AbortSignal): AsyncIterable<TagRef>;
  /** What a tag names now, `undefined` when it is gone. */
  digestOf(tag: TagRef): Promise<string | undefined>;
  /**
   * A chart by digest, `null` when that is something else than a Helm chart. Throws a `ChartArchiveError` for what is
   * the author's to put right; any other error may pass by itself.
   */
  pull(chart: { readonly repository: string; readonly digest: string }): Promise<SourcedChart | null>;
}
