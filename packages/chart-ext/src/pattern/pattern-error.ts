/** A pattern that cannot be used. The message is the end of a sentence that begins with the pattern. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}
