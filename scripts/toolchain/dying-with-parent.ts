/**
 * The same command, asked of the kernel to end when this process does, even when this one is killed. Needs `setpriv`
 * (util-linux, on every Linux distribution); elsewhere the command is given back as it is.
 */
export function dyingWithParent(
  command: readonly [string, ...string[]],
  signal: "KILL" | "INT" = "KILL",
): [string, ...string[]] {
  const setpriv = process.platform === "linux" ? Bun.which("setpriv") : null;
  return setpriv === null ? [...command] : [setpriv, "--pdeathsig", signal, "--", ...command];
}
