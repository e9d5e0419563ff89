/** A point in time in a sentence: UTC, to the second. */
export function instantText(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
