export { backoff } from "./backoff.ts";
export { every } from "./every.ts";
export { KeyedQueue, type QueueOptions } from "./keyed-queue.ts";
export { type ProcessUsage, processUsage } from "./process-usage.ts";
export { after, done, type Outcome, type Reconciler } from "./reconciler.ts";
export { shutdownSignal } from "./shutdown-signal.ts";
export { sleep } from "./sleep.ts";
