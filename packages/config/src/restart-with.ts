/**
 * Sees to it that this process has an environment variable that its runtime reads only when it starts: where it is not
 * set, the process starts anew in its own place (same number, same arguments, `execve`). Call it first of all. Returns
 * when it is set, and where the system or the runtime cannot do this.
 */
export function restartWith(name: string, value: string): void {
  if (process.env[name] !== undefined) return;
  // Not every runtime has it, though the types say so; and it ends this program, so nothing after it is run.
  const { execve }: Partial<Pick<typeof process, "execve">> = process;
  if (execve === undefined || process.platform === "win32") return;
  const env = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  execve.call(process, process.execPath, args, { ...Object.fromEntries(env), [name]: value });
}
