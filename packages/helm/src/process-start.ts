import { readFile } from "node:fs/promises";

/**
 * When a process started, in clock ticks since the machine did: with its number, this names one process even after
 * numbers are given out again. `undefined` when it is not alive; "0" where the system does not tell (not Linux).
 */
export async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command, in parentheses, may hold anything; the fields after it are numbers (proc(5), field 22).
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return process.platform !== "linux" && isAlive(pid) ? "0" : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
