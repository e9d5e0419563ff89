import { Cron } from "croner";

/**
 * Ticks until disposed. `period` is a cron pattern, or a number of milliseconds for periods that cron cannot say. A
 * tick while the one before still runs is passed over. Ticks only ever enqueue: no work belongs into one.
 */
export function every(
  period: string | number,
  tick: () => unknown,
  onError: (error: unknown) => void,
): Disposable {
  if (typeof period === "number") return everyMs(period, tick, onError);
  const job = new Cron(period, { protect: true, catch: onError }, async () => void (await tick()));
  return { [Symbol.dispose]: () => job.stop() };
}

function everyMs(ms: number, tick: () => unknown, onError: (error: unknown) => void): Disposable {
  let running = false;
  const run = async () => {
    if (running) return;
    running = true;
    try {
      await tick();
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void run(), ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
