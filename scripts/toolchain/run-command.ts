import { spawn } from "node:child_process";

export interface CommandResult {
  readonly code: number;
  /** Both streams, the last 64 KiB of them. */
  readonly output: string;
}

const OUTPUT_CHARACTERS_MAX = 65_536;

/** Runs a program to its end and keeps what it said last. A program that cannot be started has code 127. */
export function runCommand(
  command: readonly [string, ...string[]],
  options: { readonly cwd?: string; readonly env?: Record<string, string | undefined> } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    };
    const [file, ...args] = command;
    const child = spawn(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
