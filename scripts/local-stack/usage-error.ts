/** What a person gave on the command line cannot work; the message says what to do. Exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
