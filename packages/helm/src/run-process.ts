import { spawn } from "node:child_process";
import { once } from "node:events";
import { watchMemory } from "./memory-limit.ts";
import type { OutputPipe } from "./output-pipe.ts";

export interface ProcessRequest {
  /** The command, then its arguments. Never a shell's. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** Asks it to end (SIGTERM); it is killed after `graceMs`. */
  readonly signal: AbortSignal | undefined;
  readonly killSignal: AbortSignal | undefined;
  readonly graceMs: number;
  /** It is killed, and the caller told, when it has more memory than this. */
  readonly memory: { readonly bytes: number; readonly onExceeded: () => void };
}

/** How long output is waited for after the process itself has ended, if something else still holds its pipes. */
const PIPES_GRACE_MS = 2_000;

/**
 * Runs a command in a process group of its own to its end, and gives its exit status, `null` after a signal. When this
 * returns nothing of the group is left. Rejects if the command cannot be started.
 */
export async function runProcess(request: ProcessRequest): Promise<number | null> {
  const [command, ...args] = request.argv;
  const child = spawn(command, args, {
    cwd: request.cwd,
    env: { ...request.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (bytes: Uint8Array) => request.stdout.push(bytes));
  child.stderr.on("data", (bytes: Uint8Array) => request.stderr.push(bytes));
  const closed = once(child, "close");
  const exited = once(child, "exit");
  // All three reject when the command cannot be started; the one that is awaited reports it.
  closed.catch(() => undefined);
  exited.catch(() => undefined);
  await once(child, "spawn");
  const { pid } = child;
  if (pid === undefined) throw new Error("a process was started without a number");
  using _stopping = stopOnSignals(request, (signal) => killGroup(pid, signal));
  using _watching = watchMemory(pid, {
    bytes: request.memory.bytes,
    onExceeded() {
      request.memory.onExceeded();
      killGroup(pid, "SIGKILL");
    },
  });

  const [code]: (number | null)[] = await exited;
  killGroup(pid, "SIGKILL");
  const pipes = setTimeout(() => {
    child.stdout.destroy();
    child.stderr.destroy();
  }, PIPES_GRACE_MS);
  await closed;
  clearTimeout(pipes);
  request.stdout.end();
  request.stderr.end();
  return code ?? null;
}

function stopOnSignals(
  { signal, killSignal, graceMs }: Pick<ProcessRequest, "signal" | "killSignal" | "graceMs">,
  send: (signal: NodeJS.Signals) => void,
): Disposable {
  let grace: ReturnType<typeof setTimeout> | undefined;
  const kill = () => send("SIGKILL");
  const stop = () => {
    send("SIGTERM");
    grace = setTimeout(kill, graceMs);
  };
  signal?.addEventListener("abort", stop, { once: true });
  killSignal?.addEventListener("abort", kill, { once: true });
  // An abort that came before the listeners calls none of them.
  if (signal?.aborted) stop();
  if (killSignal?.aborted) kill();
  return {
    [Symbol.dispose]() {
      clearTimeout(grace);
      signal?.removeEventListener("abort", stop);
      killSignal?.removeEventListener("abort", kill);
    },
  };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}
