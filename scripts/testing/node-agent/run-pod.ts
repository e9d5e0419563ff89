import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { every } from "@platz/worker";
import { dyingWithParent } from "../../toolchain/dying-with-parent.ts";
import type { ApiServer } from "./api-server.ts";
import { containerOf, type Pod, podPath } from "./pod.ts";
import type { PodLog } from "./pod-log.ts";
import { watchMemory } from "./pod-memory.ts";
import { type PodVolumes, podVolumes } from "./pod-volumes.ts";

export interface PodRun {
  readonly pod: Pod;
  readonly api: ApiServer;
  /** The log of the run that begins. */
  newLog(): PodLog;
  /** Where its mounts are made. */
  readonly folder: string;
  /** Folders that commands are looked for in. */
  readonly path: string;
  /** Aborted when the pod is to stop; the reason is for how long it may go on, in ms. */
  readonly stop: AbortSignal;
}

/** How often Secrets that are mounted are looked at again. */
const SECRETS_MS = 500;
const RESTART_MS = 200;

/** Runs the command of a pod to its end, and says on the pod how that went. Nothing of it is left. */
export async function runPod(run: PodRun): Promise<void> {
  const { pod, api, folder } = run;
  const volumes = await podVolumes(pod, api, folder);
  try {
    if (!(await secretsAreThere(run, volumes))) return;
    using _fresh = every(
      SECRETS_MS,
      () => volumes.refresh(),
      () => undefined,
    );
    await runContainer(run, volumes);
  } finally {
    await volumes.remove();
  }
}

/** Once, or again and again when the pod says so, for as long as it fails. */
async function runContainer(run: PodRun, volumes: PodVolumes): Promise<void> {
  const isRunAgain = run.pod.spec.restartPolicy === "OnFailure";
  let lastState: object = {};
  for (let restarts = 0; ; restarts += 1) {
    const startedAt = now();
    await report(run, {
      phase: "Running",
      state: { running: { startedAt } },
      ready: true,
      restarts,
      lastState,
    });
    const { exitCode, reason } = await runOnce(run, volumes);
    const state = { terminated: { exitCode, reason, startedAt, finishedAt: now() } };
    if (exitCode === 0 || !isRunAgain || run.stop.aborted) {
      const phase = exitCode === 0 ? "Succeeded" : "Failed";
      return await report(run, { phase, state, ready: false, restarts, lastState });
    }
    lastState = state;
    await Bun.sleep(RESTART_MS);
  }
}

async function runOnce(run: PodRun, volumes: PodVolumes): Promise<{ exitCode: number; reason: string }> {
  const log = run.newLog();
  const memory = { isExceeded: false };
  try {
    const exitCode = await runCommand({ ...run, log, memory }, volumes);
    return { exitCode, reason: memory.isExceeded ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error" };
  } finally {
    log.end();
  }
}

async function secretsAreThere({ stop }: PodRun, volumes: PodVolumes): Promise<boolean> {
  while (!(await volumes.refresh())) {
    if (stop.aborted) return false;
    await Bun.sleep(100);
  }
  return !stop.aborted;
}

async function runCommand(
  {
    pod,
    log,
    path,
    stop,
    folder,
    memory,
  }: PodRun & {
    readonly log: PodLog;
    readonly memory: { isExceeded: boolean };
  },
  volumes: PodVolumes,
): Promise<number> {
  const { command, args, env, workingDir } = containerOf(pod);
  const words = [...command, ...args].map((word) => volumes.localised(word));
  const [program = "", ...following] = words;
  const [file, ...rest] = dyingWithParent([program, ...following]);
  const cwd = volumes.localised(workingDir);
  await mkdir(folder, { recursive: true });
  const child = spawn(file, rest, {
    cwd,
    env: {
      PATH: path,
      ...Object.fromEntries(env.map(({ name, value }) => [name, volumes.localised(value)])),
    },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [child.stdout, child.stderr].map((stream) => {
    const lines = createInterface({ input: stream }).on("line", (line) => log.add(line));
    return once(lines, "close");
  });
  const closed = once(child, "close");
  const started = await once(child, "spawn").catch((error: Error) => error);
  if (started instanceof Error) {
    log.add(`cannot be started: ${started.message}`);
    return 127;
  }
  using _stopping = stopping(stop, (signal) =>
    signal === "SIGTERM" ? child.kill(signal) : killGroup(child.pid),
  );
  using _memory = watchMemory(pod, child.pid, () => {
    memory.isExceeded = true;
    killGroup(child.pid);
  });
  const [code, signal]: [number | null, NodeJS.Signals | null] = await closed.then(([c, s]) => [c, s]);
  killGroup(child.pid);
  await Promise.all(said);
  return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
}

/** Asks it (and none of its children, as a kubelet does) to end when the pod is to stop, and ends all after its grace. */
function stopping(stop: AbortSignal, send: (signal: NodeJS.Signals) => unknown): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onStop = () => {
    send("SIGTERM");
    timer = setTimeout(() => send("SIGKILL"), Number(stop.reason));
  };
  stop.addEventListener("abort", onStop, { once: true });
  if (stop.aborted) onStop();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone, which is what was wanted.
  }
}

const now = () => new Date().toISOString();

interface PodState {
  readonly phase: string;
  readonly state: object;
  readonly ready: boolean;
  readonly restarts: number;
  /** How the run before ended. */
  readonly lastState: object;
}

async function report(
  { pod, api }: PodRun,
  { phase, state, ready, restarts, lastState }: PodState,
): Promise<void> {
  const { name, image } = containerOf(pod);
  const at = now();
  const status = String(ready)[0] === "t" ? "True" : "False";
  await api.ask("PATCH", `${podPath(pod)}/status`, {
    status: {
      phase,
      startTime: at,
      containerStatuses: [
        { name, image, imageID: image, ready, restartCount: restarts, started: ready, state, lastState },
      ],
      conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
        type,
        status: type.endsWith("eady") ? status : "True",
        lastTransitionTime: at,
      })),
    },
  });
}
