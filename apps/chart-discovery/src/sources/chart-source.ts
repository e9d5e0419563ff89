import type { HelmRegistry } from "@platz/domain";
import type { CosignSignature } from "@platz/oci";

/** A tag of a repository: what is looked at. */
export interface TagRef {
  /** The registry's name, with its port unless that is the default one. */
  readonly domain: string;
  readonly repository: string;
  readonly tag: string;
}

/** A hint: the tag may have appeared, moved or gone, or nothing may have happened. What is true is asked for afterwards. */
export interface Sighting extends TagRef {
  /** What the tag named when it was sighted, as far as that was said: a tag known to name it needs no look. */
  readonly digest?: string | undefined;
  /**
   * Called once, after a look that began after the sighting: without a reason when the records are right, with one
   * when they cannot be brought in line. An outage is waited out before that.
   */
  readonly settle?: (reason?: unknown) => void;
}

/** A tag of which a chart is recorded as available. */
export interface KnownTag extends TagRef {
  readonly digest: string;
  readonly createdAt: Date;
}

/** The bytes of a chart, and when its registry got it, as far as it says so. */
export interface SourcedChart {
  readonly archive: Uint8Array<ArrayBuffer>;
  readonly createdAt: Date | undefined;
  /** Of the signed provenance file that was pushed with it. */
  readonly provenanceDigest: string | undefined;
}

/** Where charts come from. */
export interface ChartSource {
  readonly provider: HelmRegistry["provider"];
  /**
   * Sights tags until the signal: each at least once after a start, and again after it changed or went. A registry that
   * is away does not end it.
   */
  follow(signal: AbortSignal, sighted: (sighting: Sighting) => void): Promise<void>;
  /** What a tag that was sighted names now, `undefined` when it is gone. */
  digestOf(tag: TagRef): Promise<string | undefined>;
  /**
   * A chart by digest, `null` when that is something else than a Helm chart. Throws a `ChartArchiveError` for what is
   * the author's to put right; any other error may pass by itself.
   */
  pull(chart: Omit<TagRef, "tag"> & { readonly digest: string }): Promise<SourcedChart | null>;
  /** What has been put beside a chart to sign it; nothing when nothing is there. */
  signaturesOf(chart: Omit<TagRef, "tag"> & { readonly digest: string }): Promise<CosignSignature[]>;
}
