import type { Tool } from "./tools.ts";

/** Tells a person what is being done for them, one line at a time. */
export type Report = (line: string) => void;

export interface SourceContext {
  readonly tool: Tool;
  /** A folder of this attempt alone; what is left in it is removed. */
  readonly workFolder: string;
  /** A folder that outlives an attempt: partial downloads, build caches. Nobody else works on this tool meanwhile. */
  readonly keepFolder: string;
  readonly report: Report;
}

/**
 * One way to obtain a tool. Gives the folder that holds the binary (under the tool's name) and what it needs, or
 * throws an error whose message says in a few words why this way did not work.
 */
export interface Source {
  readonly name: string;
  obtain(context: SourceContext): Promise<void>;
}
