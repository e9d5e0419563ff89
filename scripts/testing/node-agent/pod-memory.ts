import { readFile } from "node:fs/promises";
import { every } from "@platz/worker";
import { containerOf, type Pod } from "./pod.ts";

const SAMPLE_MS = 50;

/** Calls when the container of a pod has more memory than its limit, which must be in bytes. */
export function watchMemory(pod: Pod, pid: number | undefined, onExceeded: () => void): Disposable | null {
  const limit = Number(containerOf(pod).resources.limits.memory);
  if (pid === undefined || Number.isNaN(limit)) return null;
  return every(
    SAMPLE_MS,
    async () => {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      if (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024 > limit) onExceeded();
    },
    // It has just ended.
    () => undefined,
  );
}
