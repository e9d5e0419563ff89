/** What a chart archive may cost. Each limit is checked before what exceeds it is kept. */
export interface ArchiveLimits {
  readonly archiveBytesMax: number;
  readonly entriesMax: number;
  readonly fileBytesMax: number;
  readonly expandedBytesMax: number;
  /** Expanded by compressed size; counts from 1 MiB expanded on, because small text compresses without limit. */
  readonly expansionRatioMax: number;
}

const MIB = 1024 * 1024;

/** Far above any real chart (Helm itself takes 5 MiB a file), far below what hurts a worker. */
export const defaultArchiveLimits: ArchiveLimits = {
  archiveBytesMax: 10 * MIB,
  entriesMax: 5_000,
  fileBytesMax: 5 * MIB,
  expandedBytesMax: 50 * MIB,
  expansionRatioMax: 200,
};
