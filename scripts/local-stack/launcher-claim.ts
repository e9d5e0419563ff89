import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./stack-file.ts";

/**
 * Makes this process the one that runs a stack with this state folder, until disposed; or gives the id of the process
 * that is. The claim of a launcher that was killed is taken over.
 */
export function claimStateFolder(folder: string): Disposable | { readonly heldBy: number } {
  const file = join(folder, "launcher");
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${startOf(process.pid)}`);
  try {
    for (;;) {
      try {
        // Whole at once, and only if there is none: an id is never read before it is written.
        linkSync(draft, file);
        return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const holder = holderIn(file);
      if (holder !== undefined) return { heldBy: holder };
      takeAway(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Who holds the claim, if that process still lives. An id that another process has been given since does not count. */
function holderIn(file: string): number | undefined {
  const [pid = 0, start = ""] = contentOf(file).split(" ");
  const id = Number(pid);
  return id > 0 && isAlive(id) && startOf(id) === start ? id : undefined;
}

/** Removes an abandoned claim; one that somebody made meanwhile is put back. */
function takeAway(file: string): void {
  const away = `${file}.abandoned-${process.pid}`;
  try {
    renameSync(file, away);
    if (holderIn(away) === undefined) rmSync(away, { force: true });
    else renameSync(away, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** When a process was started, in ticks since boot, where the system says so. */
function startOf(pid: number): string {
  return contentOf(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ")[19] ?? "";
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
