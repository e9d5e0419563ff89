import type { z } from "zod";
import { type ProcessDescription, readCommandLine } from "./command-line.ts";
import { ConfigError } from "./load-config.ts";

/**
 * Runs a process from its command line (`words`) and environment: `--help` is answered, and what a person can put right (a
 * `ConfigError`, also one thrown by `main`) is one message on stderr and exit status 2, without a stack.
 */
export async function runProcess<Shape extends z.ZodRawShape>(
  description: ProcessDescription<Shape>,
  main: (settings: z.output<z.ZodObject<Shape>>) => Promise<void>,
  words: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    const line = readCommandLine(description, words, process.env);
    if (line.kind === "help") {
      process.stdout.write(line.text);
      return;
    }
    await main(line.settings);
    // What is done ends, also when a library holds on to something still.
    process.exit();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${description.name} cannot start:\n${error.message}\n`);
    process.exitCode = 2;
  }
}
