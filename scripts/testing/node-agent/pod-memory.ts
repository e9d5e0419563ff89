import { every, processUsage } from "@platz/worker";
import { containerOf, type Pod } from "./pod.ts";

const SAMPLE_MS = 50;

/** Calls when the container of a pod has more memory than its limit, which must be in bytes. */
export function watchMemory(pod: Pod, pid: number | undefined, onExceeded: () => void): Disposable | null {
  const limit = Number(containerOf(pod).resources.limits.memory);
  if (pid === undefined || Number.isNaN(limit)) return null;
  return every(
    SAMPLE_MS,
    async () => {
      const usage = await processUsage(pid);
      if (usage !== undefined && usage.residentBytes > limit) onExceeded();
    },
    () => undefined,
  );
}
