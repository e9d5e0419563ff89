/** A chart archive that is not taken. The message is one sentence that its author understands, and is kept with the chart. */
export class ChartArchiveError extends Error {
  override readonly name = "ChartArchiveError";
}
