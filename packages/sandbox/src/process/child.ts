/**
 * The program of a process that runs jobs: one after the other, as they come in by its input, of the registry that its
 * first argument names. It ends with its input, that is, with the process that has started it.
 */
import { inProcessSandboxOf } from "../in-process.ts";
import type { JobRegistry } from "../sandbox.ts";
import { FrameReader, frame } from "./frames.ts";

const [registry = "", exported = ""] = process.argv.slice(2);
const loaded: Readonly<Record<string, JobRegistry>> = await import(registry);
const sandbox = inProcessSandboxOf<Readonly<Record<string, (input: unknown) => unknown>>>({
  ...loaded[exported],
});
const reader = new FrameReader(Number.MAX_SAFE_INTEGER);

for await (const piece of process.stdin) {
  for (const text of reader.push(piece)) process.stdout.write(frame(await answerTo(JSON.parse(text))));
}

async function answerTo({ name, input }: { readonly name: string; readonly input: unknown }) {
  try {
    return { output: (await sandbox.run(name, input)) ?? null };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return { failed: cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 1_000) : "failed" };
  }
}
