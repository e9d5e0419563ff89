/** A process of ours, with what it has logged so far. */
export interface SpawnedProcess extends AsyncDisposable {
  /** Status with which it ended; null while it runs. */
  readonly exitCode: number | null;
  readonly lines: readonly string[];
  /** What it has said besides its log: nothing, unless something was thrown that nobody caught. */
  readonly complaints: string;
  /** Waits for a line with this message, and gives its fields. */
  logged(message: string): Promise<Record<string, unknown>>;
  /** Asks it to stop, and gives the status with which it ended. */
  stop(): Promise<number>;
}

/** Starts `apps/<app>/src/main.ts` as a process of its own. */
export function spawnProcess(app: string, env: Record<string, string>): SpawnedProcess {
  const main = new URL(`../../apps/${app}/src/main.ts`, import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, main], {
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const lines: string[] = [];
  let changed = Promise.withResolvers<void>();
  const reading = (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const pieces = (rest + text).split("\n");
      rest = pieces.pop() ?? "";
      lines.push(...pieces);
      changed.resolve();
      changed = Promise.withResolvers();
    }
    changed.resolve();
  })();
  let complaints = "";
  const complaining = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) complaints += text;
  })();
  return {
    get complaints() {
      return complaints;
    },
    get exitCode() {
      return child.exitCode;
    },
    lines,
    async logged(message) {
      for (;;) {
        const { promise } = changed;
        const found = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === message);
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`${app} ended with ${child.exitCode}: ${complaints}`);
        await promise;
      }
    },
    async stop() {
      child.kill("SIGTERM");
      return await child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await Promise.all([child.exited, reading, complaining]);
    },
  };
}
