import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";

export interface ChildOptions {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Where its output goes: `<logFolder>/<name>.log`. */
  readonly logFolder: string;
  readonly cwd?: string;
  /** The whole environment; nothing is inherited but what stands here. */
  readonly env?: Record<string, string>;
  /** Run as another user (only root can). */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What ends it well. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end, in ms, before it is killed. */
  readonly stopTimeoutMs?: number;
}

/** A process of the local stack. Disposing asks it to end, and kills it when it does not. */
export interface Child extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Resolves, never rejects, with how it ended. */
  readonly exited: Promise<string>;
  readonly logFile: string;
  hasExited(): boolean;
}

/**
 * Starts a process that dies with this one, even when this one is killed: `setpriv` asks the kernel for that on Linux.
 * It has a process group of its own, so that Ctrl-C in a terminal reaches this process alone, which then stops its
 * children in order.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const logFile = join(options.logFolder, `${options.name}.log`);
  const log = openSync(logFile, "a");
  const [file = "", ...args] = dyingWithParent(options);
  const child = spawn(file, args, {
    cwd: options.cwd ?? options.logFolder,
    env: options.env ?? {},
    stdio: ["ignore", log, log],
    detached: true,
  });
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = true;
      resolve(signal === null ? `exit status ${code}` : `signal ${signal}`);
    });
    child.once("error", (error) => {
      ended = true;
      resolve(error.message);
    });
  });
  if (child.pid === undefined) throw new Error(`${options.name} could not be started: ${await exited}`);
  const { pid } = child;
  return {
    name: options.name,
    pid,
    exited,
    logFile,
    hasExited: () => ended,
    [Symbol.asyncDispose]: async () => {
      if (ended) return;
      child.kill(options.stopSignal ?? "SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), options.stopTimeoutMs ?? 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

function dyingWithParent({ command, user, stopSignal }: ChildOptions): readonly string[] {
  const setpriv = Bun.which("setpriv");
  if (setpriv === null) {
    if (user === undefined) return command;
    throw new Error("setpriv (of util-linux) is needed to run a process as another user.");
  }
  // PostgreSQL leaves shared memory behind when killed: it is asked to end instead.
  const signal = stopSignal === "SIGINT" ? "INT" : "KILL";
  const identity = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  return [setpriv, ...identity, "--pdeathsig", signal, "--", ...command];
}
