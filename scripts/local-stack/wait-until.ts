import type { Child } from "./child-process.ts";

/**
 * Asks again and again until the answer is yes. Throws one sentence when it takes longer than `timeoutMs`, or as soon
 * as the process it waits for has ended.
 */
export async function waitUntil(
  what: string,
  ask: () => Promise<boolean>,
  options: { readonly timeoutMs: number; readonly of?: Child; readonly pauseMs?: number },
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  while (!(await ask().catch(() => false))) {
    if (options.of?.hasExited()) {
      throw new Error(`${what} ended at start (${await options.of.exited}); see ${options.of.logFile}.`);
    }
    if (Date.now() > deadline) {
      const hint = options.of === undefined ? "" : `; see ${options.of.logFile}`;
      throw new Error(`${what} was not ready within ${Math.round(options.timeoutMs / 1000)} s${hint}.`);
    }
    await Bun.sleep(options.pauseMs ?? 50);
  }
}
