import { runCommand } from "../../toolchain/run-command.ts";

/** Whom a server runs as when this process is root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The same command, run as this user. */
  as(command: readonly [string, ...string[]]): [string, ...string[]];
}

/** The user `postgres` if there is one, else `nobody`. Nothing when this process is not root: it runs as itself. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const ids = await Promise.all(["-u", "-g"].map((flag) => runCommand(["id", flag, name])));
    const [uid = Number.NaN, gid = Number.NaN] = ids.map(({ code, output }) =>
      code === 0 ? Number(output.trim()) : Number.NaN,
    );
    if (!(Number.isInteger(uid) && Number.isInteger(gid))) continue;
    return {
      name,
      uid,
      gid,
      as: (command) => ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--", ...command],
    };
  }
  throw new Error(
    "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` on this machine.",
  );
}

/** Whether this user can enter a folder, or run a program, and every folder on the way to it. */
export async function reaches(account: Account, path: string): Promise<boolean> {
  return (await runCommand(account.as(["test", "-x", path]), { cwd: "/" })).code === 0;
}
