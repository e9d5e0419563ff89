import { sleep } from "@platz/worker";
import { deadline } from "./deadline.ts";
import { jsonLines } from "./json-lines.ts";
import { isUnreachable } from "./kubernetes-error.ts";
import type { Transport } from "./transport.ts";

export interface Watched {
  readonly transport: Transport;
  /** Collection path. */
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal;
  /** Whether what is waited for has come. Asked at first and after every change. */
  look(): Promise<boolean>;
}

/** How long a single watch lasts before it is begun again, so that nothing missed is missed for long. */
const WATCH_SECONDS = 30;
const PAUSE_MS = 500;

/**
 * Waits by watching one object, and looks for itself after each of its events. A server that cannot be reached for a
 * while is waited for, too. Throws the signal's reason when it ends.
 */
export async function watchUntil(watched: Watched): Promise<void> {
  for (;;) {
    const begun = performance.now();
    try {
      if ((await watched.look()) || (await watchOnce(watched))) return;
    } catch (error) {
      watched.signal.throwIfAborted();
      if (!isUnreachable(error)) throw error;
    }
    // Also after a watch that ended at once, lest a server that ends them all be asked without pause.
    await sleep(Math.max(0, PAUSE_MS - (performance.now() - begun)), watched.signal);
    watched.signal.throwIfAborted();
  }
}

/** One watch; whether what is waited for came while it lasted. */
async function watchOnce({ transport, path, name, signal, look }: Watched): Promise<boolean> {
  const query = new URLSearchParams({
    watch: "1",
    fieldSelector: `metadata.name=${name}`,
    timeoutSeconds: String(WATCH_SECONDS),
  });
  using limit = deadline((WATCH_SECONDS + 10) * 1000, signal);
  try {
    const stream = await transport.stream({ path: `${path}?${query}`, signal: limit.signal });
    // What happened between the look and the start of the watch would otherwise be seen only at its end.
    if (await look()) return true;
    for await (const _ of jsonLines(stream)) if (await look()) return true;
    return false;
  } catch (error) {
    // The server should have ended it itself: the connection is dead.
    if (limit.hasPassed()) return false;
    throw error;
  }
}
