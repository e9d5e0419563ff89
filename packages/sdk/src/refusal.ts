/**
 * What a handler throws to refuse a request in words that its caller may read: they go into the answer, and from there
 * into the log of the task. Whatever else is thrown is told to `onError` alone.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** The HTTP status of the answer, 409 unless told. */
  readonly status: number;

  constructor(
    message: string,
    { status = 409, cause }: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    if (!(Number.isInteger(status) && status >= 400 && status <= 599)) {
      throw new RangeError(`a refusal has a status from 400 to 599, and ${status} is none`);
    }
    this.status = status;
  }
}
