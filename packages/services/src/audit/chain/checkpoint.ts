import { z } from "zod";

/** What a checkpoint says: everything through this link was deleted because it was old, and this was its hash. */
const Checkpoint = z.strictObject({ through: z.int(), hash: z.string() });
export type Checkpoint = z.output<typeof Checkpoint>;

export function checkpointText({ through, hash }: Checkpoint): string {
  return JSON.stringify({ through, hash });
}

/** Nothing for a text that is none: somebody has changed it. */
export function readCheckpoint(text: string | null): Checkpoint | undefined {
  try {
    return Checkpoint.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
