/** Why inputs cannot be rendered (workers spec 8.12). */
export type RenderErrorKind =
  | "missing-value"
  | "missing-schema"
  | "not-a-collection"
  | "invalid-collection"
  | "not-a-string"
  | "not-a-string-array"
  | "too-large";

/** Inputs cannot be rendered. The message names the input and is written for a person. */
export class RenderError extends Error {
  override readonly name = "RenderError";
  readonly kind: RenderErrorKind;
  readonly input: string;

  constructor(kind: RenderErrorKind, input: string, message: string) {
    super(message);
    this.kind = kind;
    this.input = input;
  }
}
