/** A signal that ends with the caller's own or after a time, whichever comes first; disposed, it lets go of both. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Whether it was the time that ended it. */
  hasPassed(): boolean;
  /** The time begins again. */
  restart(): void;
  /** The time does not count any more; the caller's signal still does. */
  lift(): void;
}

/** Unlike `AbortSignal.any`, nothing of it stays behind on a signal that lives as long as the process. */
export function deadline(ms: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  let passed = false;
  const timer = setTimeout(() => {
    passed = true;
    controller.abort();
  }, ms);
  const stop = () => controller.abort(caller?.reason);
  caller?.addEventListener("abort", stop);
  if (caller?.aborted) stop();
  const lift = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    hasPassed: () => passed,
    restart: () => void timer.refresh(),
    lift,
    [Symbol.dispose]() {
      lift();
      caller?.removeEventListener("abort", stop);
    },
  };
}
