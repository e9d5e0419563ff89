import type { ArchiveLimits } from "./archive-limits.ts";
import { ChartArchiveError } from "./chart-archive-error.ts";

const RATIO_COUNTS_FROM_BYTES = 1024 * 1024;

/** Expands gzip piece by piece, so that a bomb is met at the limit and not after it. Throws `ChartArchiveError`. */
export async function* expandGzip(
  archive: Uint8Array<ArrayBuffer>,
  limits: ArchiveLimits,
): AsyncGenerator<Uint8Array> {
  const byRatio = Math.max(archive.length * limits.expansionRatioMax, RATIO_COUNTS_FROM_BYTES);
  const bytesMax = Math.min(byRatio, limits.expandedBytesMax);
  const reader = new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await nextPiece(reader);
      if (done) return;
      length += value.length;
      if (length > bytesMax) {
        throw new ChartArchiveError(
          `The chart expands from ${archive.length} to more than ${bytesMax} bytes, which is over the limit.`,
        );
      }
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function nextPiece(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (cause) {
    throw new ChartArchiveError(
      "The chart is not a complete gzip archive; package it again with `helm package`.",
      {
        cause,
      },
    );
  }
}
