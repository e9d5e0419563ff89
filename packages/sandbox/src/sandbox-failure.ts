/**
 * `too-long`, `too-large` and `ended`: the job has cost the process that ran it. `failed`: it ended by an error of its own.
 * `busy`: it was not tried, or not to its end, for want of a free process.
 */
export type SandboxFailureKind = "too-long" | "too-large" | "ended" | "failed" | "busy";

/** A job has no result. The message is a sentence about what was computed, without a subject of its own. */
export class SandboxFailure extends Error {
  override readonly name = "SandboxFailure";
  readonly kind: SandboxFailureKind;

  constructor(kind: SandboxFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  /** Whether the same job would cost the next process too. */
  get isCostly(): boolean {
    return this.kind === "too-long" || this.kind === "too-large" || this.kind === "ended";
  }
}
