import type { Logger } from "@platz/telemetry";
import type { Reconciler } from "@platz/worker";
import type { TagKey } from "./chart-reconciler.ts";
import { isTransient } from "./is-transient.ts";
import type { OutageLog } from "./outage-log.ts";

/** Which tags fail by themselves, not for an outage; each is logged once, until it works or fails in another way. */
export function failureLog(log: Logger, outageOf: (key: TagKey) => OutageLog) {
  const failing = new Map<TagKey, string>();
  return {
    has: (key: TagKey) => failing.has(key),
    failed(key: TagKey, error: unknown): void {
      if (isTransient(error)) {
        outageOf(key).failed(error);
        return;
      }
      const message = error instanceof Error ? error.message : String(error);
      if (failing.get(key) !== message)
        log.warn({ error, chart: key }, "a chart cannot be taken; trying again");
      failing.set(key, message);
    },
    /** The reconciler, with what works forgotten here. */
    watching(reconciler: Reconciler<TagKey>): Reconciler<TagKey> {
      return {
        name: reconciler.name,
        async reconcile(key, signal) {
          const outcome = await reconciler.reconcile(key, signal);
          failing.delete(key);
          return outcome;
        },
      };
    },
  };
}
