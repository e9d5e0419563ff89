import { backoff, sleep } from "@platz/worker";
import { isGone, KubernetesError, retryAfterMs } from "./kubernetes-error.ts";
import { listPages } from "./list-pages.ts";
import type { Transport } from "./transport.ts";
import { followStream } from "./watch-stream.ts";

export interface ReflectorHandlers<Item> {
  /** The stream is open: what it says is up to date from here on. After every break. */
  onConnected(): void;
  /** An object is there, or has changed. */
  onUpsert(item: Item): void;
  onDelete(item: Item): void;
  /** Everything that there is has been handed over: what is not among these uids is gone. After each (re)list. */
  onSynced(uids: ReadonlySet<string>): void;
  /** An object was passed over; what was wrong with it, in one sentence. */
  onProblem(message: string): void;
  /** The watch broke, and is begun again after so many ms. */
  onError(error: unknown, retryInMs: number): void;
}

export interface ReflectorOptions<Item extends { readonly uid: string }> {
  readonly transport: Transport;
  /** Collection path over all namespaces. */
  readonly path: string;
  readonly labelSelector?: string;
  /** Names and labels are all that is wanted: contents stay on the server. */
  readonly metadataOnly?: boolean;
  /** What is shown of an object; may throw for one that makes no sense. */
  summarize(object: unknown): Item;
  readonly handlers: ReflectorHandlers<Item>;
  readonly signal: AbortSignal;
  readonly timing?: WatchTiming | undefined;
}

export interface WatchTiming {
  /** How long a stream may be silent, in ms, before it counts as broken. Bookmarks come every minute. */
  readonly silenceMsMax?: number;
  /** The first pause after a failure, in ms; it doubles up to half a minute. */
  readonly retryMs?: number;
}

/** Where a watch is; all that is kept of the objects. */
export interface Position {
  /** Where to go on; nothing: everything has to be listed first. */
  resourceVersion: string | undefined;
  /** Whether the server lists by stream. Learned at the first refusal. */
  streamsLists: boolean;
  /** Uids seen in the listing under way. */
  initial: Set<string> | undefined;
}

/** A session that lasted so long, in ms, was a good one. */
const STEADY_MS = 5_000;
const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 30_000;
const RETRY_AFTER_MS_MAX = 300_000;
/** So many sessions that end at once are nothing ordinary any more. */
const SHORT_SESSIONS_MAX = 3;

/**
 * Follows one collection until the signal ends it: a list, then changes from there on, resumed by resource version
 * after every break and begun anew when the server has forgotten it (410). Objects are handed over and not kept. One
 * bad object is a problem that is told, never the end.
 */
export async function reflect<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
): Promise<void> {
  const { signal, handlers } = options;
  const position: Position = { resourceVersion: undefined, streamsLists: true, initial: undefined };
  let failures = 0;
  while (!signal.aborted) {
    const begun = performance.now();
    const error = await session(options, position);
    if (signal.aborted) return;
    failures = performance.now() - begun >= STEADY_MS ? 1 : failures + 1;
    // Servers end watches from time to time, and forget old versions: both are ordinary once.
    const isOrdinary = error === undefined || isGone(error);
    const pauseMs = pauseAfter(isOrdinary ? failures - 1 : failures, error, options.timing);
    if (!isOrdinary || failures > SHORT_SESSIONS_MAX) {
      handlers.onError(error ?? endsAtOnce(), pauseMs);
    }
    await sleep(pauseMs, signal);
  }
}

function pauseAfter(failures: number, error: unknown, timing: WatchTiming | undefined): number {
  if (failures === 0) return 0;
  const bounds = { firstMs: timing?.retryMs ?? RETRY_MS_FIRST, maxMs: RETRY_MS_MAX };
  return Math.max(backoff(failures, bounds), Math.min(retryAfterMs(error) ?? 0, RETRY_AFTER_MS_MAX));
}

const endsAtOnce = () => new KubernetesError("The cluster ends every watch at once.", 0);

/** From where the position is to the end of one stream; what ended it, unless the server did so in good order. */
async function session<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
  position: Position,
): Promise<Error | undefined> {
  try {
    if (position.resourceVersion === undefined && !position.streamsLists) await listPages(options, position);
    await followStream(options, position);
    return undefined;
  } catch (error) {
    if (isGone(error)) position.resourceVersion = undefined;
    if (isRefusedList(error, position)) {
      position.streamsLists = false;
      return await session(options, position);
    }
    return error instanceof Error ? error : new Error("The watch ended.", { cause: error });
  }
}

/** Older servers, and those where it is switched off, refuse a list by stream as a request that makes no sense. */
function isRefusedList(error: unknown, { resourceVersion, streamsLists }: Position): boolean {
  const isRefusal = error instanceof KubernetesError && (error.code === 400 || error.code === 422);
  return isRefusal && streamsLists && resourceVersion === undefined;
}
