import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { directoryName } from "./private-directory.ts";
import { processStart } from "./process-start.ts";

/**
 * Removes what runs of processes that are gone left below `root`, and gives the number of directories removed. Ones of
 * living processes, and whatever else is there, stay.
 */
export async function sweepPrivateDirectories(root: string): Promise<number> {
  let removed = 0;
  for (const name of await entriesOf(root)) {
    const owner = directoryName.exec(name)?.groups;
    if (owner === undefined || (await processStart(Number(owner["pid"]))) === owner["start"]) continue;
    await rm(join(root, name), { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function entriesOf(root: string): Promise<string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
