import type { HelmRequest } from "./helm-request.ts";

/** One line of what Helm said, redacted, without its line break. */
export interface OutputLine {
  readonly source: "stdout" | "stderr";
  readonly text: string;
}

/** Names a run for whoever owns its task after us: one attempt of one task runs Helm once. */
export interface RunIdentity {
  readonly task: string;
  readonly attempt: number;
}

export interface RunOptions {
  /** Whose run it is; without it nobody can come back to it. */
  readonly identity?: RunIdentity;
  /** Asks Helm to stop: it then records the revision as failed. After a grace it is killed. */
  readonly signal?: AbortSignal;
  /**
   * Ends at once what dies with this process, and lets go of what does not: for an agent that must not go on. The release
   * may stay `pending-…`.
   */
  readonly killSignal?: AbortSignal;
  /** Called for each line as it comes, over both sources at most 1 MiB. What a command answers (JSON) is not passed. */
  readonly onOutput?: (line: OutputLine) => void;
  /** The values of every secret that the run was given: none appears in lines, answer or failure. */
  readonly secrets?: readonly string[];
}

export interface ResumeOptions extends RunOptions {
  readonly identity: RunIdentity;
  /** Told which attempt's run is followed. Gives how many of its lines are known already: they are not passed again. */
  readonly onAttached?: (earlier: RunIdentity) => Promise<number> | number;
}

export interface HelmResult {
  /** Helm's exit status; `null` when a signal ended it. */
  readonly exit: number | null;
  /** Whether a signal of the caller's asked it to stop. It may have ended well nevertheless: `exit` says. */
  readonly cancelled: boolean;
  /** What a reading command (`template`, `get-metadata`, `history`, `version`) answered, else empty. */
  readonly answer: string;
  /** Helm's own message, redacted and bounded, unless it ended with status 0. */
  readonly failure: string | undefined;
}

/**
 * Runs Helm. Resolves for every end that Helm itself came to; rejects with `Invalid` for a request that must not be run
 * and with `NothingChanged` when Helm could not be started. Nothing of a run is left on a disk or as a process, and no
 * credential is in argv, output or failure.
 */
export interface HelmRunner {
  run(request: HelmRequest, options?: RunOptions): Promise<HelmResult>;
  /**
   * Follows to its end what an earlier attempt of the task began and what goes on without it, or has ended since; nothing
   * when there is no such run. Whatever it gives, no earlier attempt can begin a run any more. Asked before `run` by
   * every attempt but the first.
   */
  resume(options: ResumeOptions): Promise<HelmResult | undefined>;
}
