import { fileURLToPath } from "node:url";
import { dyingWithParent } from "../toolchain/dying-with-parent.ts";
import { watchMemory } from "./agent/agent-process.ts";

export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** The most memory that it was seen to have since this was asked last, in MiB. */
  peakMiB(): number;
}

/** An app of ours as it is run, with its own defaults and no settings of whoever runs the bench. */
export function startWorker(app: string, settings: Readonly<Record<string, string>>): WorkerProcess {
  const main = fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));
  const worker = Bun.spawn(dyingWithParent([process.execPath, main]), {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LOG_LEVEL: "error", ...settings },
    stdout: "ignore",
    stderr: "inherit",
  });
  const peak = watchMemory(worker.pid);
  return {
    pid: worker.pid,
    peakMiB: () => peak.take(),
    async [Symbol.asyncDispose]() {
      peak.stop();
      worker.kill("SIGTERM");
      await worker.exited;
    },
  };
}
