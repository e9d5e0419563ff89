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

/** Waits by watching one object, and looks for itself after each of its events. Throws the signal's reason when it ends. */
export async function watchUntil(watched: Watched): Promise<void> {
  while (!(await watched.look())) {
    try {
      if (await watchOnce(watched)) return;
    } catch (error) {
      watched.signal.throwIfAborted();
      if (!isUnreachable(error)) throw error;
      await Bun.sleep(PAUSE_MS);
    }
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
  const stop = new AbortController();
  try {
    const response = await transport.send({
      path: `${path}?${query}`,
      signal: AbortSignal.any([signal, stop.signal]),
      timeoutMs: (WATCH_SECONDS + 10) * 1000,
    });
    // What happened between the look and the start of the watch would otherwise be seen only at its end.
    if (await look()) return true;
    for await (const _ of jsonLines(response)) if (await look()) return true;
    return false;
  } finally {
    stop.abort();
  }
}
