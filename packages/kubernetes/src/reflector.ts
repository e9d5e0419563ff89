import { z } from "zod";
import { jsonLines } from "./json-lines.ts";
import { isGone, KubernetesError } from "./kubernetes-error.ts";
import type { Transport } from "./transport.ts";

export interface ReflectorHandlers<Item> {
  /** An object is there, or has changed. */
  onUpsert(item: Item): void;
  onDelete(item: Item): void;
  /** Everything that there is has been handed over: what is not among these uids is gone. After each (re)list. */
  onSynced(uids: ReadonlySet<string>): void;
  /** An object was passed over; what was wrong with it, in one sentence. */
  onProblem(message: string): void;
  /** The watch broke and is begun again after a pause. */
  onError(error: unknown): void;
}

export interface ReflectorOptions<Item extends { readonly uid: string }> {
  readonly transport: Transport;
  /** Collection path over all namespaces. */
  readonly path: string;
  readonly labelSelector?: string;
  /** What is shown of an object; may throw for one that makes no sense. */
  summarize(object: unknown): Item;
  readonly handlers: ReflectorHandlers<Item>;
  readonly signal: AbortSignal;
  /** How long the stream may be silent, in ms, before it counts as broken. Bookmarks come every minute. */
  readonly silenceMsMax?: number;
  /** Pause after so many failures in a row, in ms. */
  backoffMs?(failures: number): number;
}

const WATCH_SECONDS = 1800;
const SILENCE_MS_MAX = 150_000;

const Event = z.object({ type: z.string(), object: z.unknown() });
const Version = z.object({ metadata: z.object({ resourceVersion: z.string().optional() }) });
const InitialEnd = z.object({
  metadata: z.object({ annotations: z.object({ "k8s.io/initial-events-end": z.literal("true") }) }),
});
const Failure = z.object({ code: z.int(), message: z.string().default("") });

/**
 * Follows one collection until the signal ends it: a streaming list, then changes from there on, resumed by resource
 * version after every break and begun anew when the server has forgotten it (410). Objects are handed over and not
 * kept. One bad object is a problem that is told, never the end.
 */
export async function reflect<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
): Promise<void> {
  const backoffMs = options.backoffMs ?? ((failures: number) => Math.min(30_000, 500 * 2 ** failures));
  const position: Position = { resourceVersion: undefined, initial: undefined };
  let failures = 0;
  while (!options.signal.aborted) {
    try {
      await followOnce(options, position, () => {
        failures = 0;
      });
    } catch (error) {
      if (options.signal.aborted) return;
      if (isGone(error)) {
        position.resourceVersion = undefined;
        continue;
      }
      failures += 1;
      options.handlers.onError(error);
      await pause(backoffMs(failures) * (0.5 + Math.random() / 2), options.signal);
    }
  }
}

interface Position {
  /** Where to go on; nothing: list everything first. */
  resourceVersion: string | undefined;
  /** Uids seen in the listing under way. */
  initial: Set<string> | undefined;
}

/** One watch, from where the position is to the end of the stream. */
async function followOnce<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
  position: Position,
  onProgress: () => void,
): Promise<void> {
  const stop = new AbortController();
  const silence = watchdog(options.silenceMsMax ?? SILENCE_MS_MAX, stop);
  position.initial = position.resourceVersion === undefined ? new Set() : undefined;
  try {
    const response = await options.transport.send({
      path: `${options.path}?${watchQuery(options.labelSelector, position.resourceVersion)}`,
      signal: AbortSignal.any([options.signal, stop.signal]),
      timeoutMs: null,
    });
    for await (const line of jsonLines(response)) {
      silence.fed();
      handle(options, position, line);
      onProgress();
    }
  } catch (error) {
    if (stop.signal.aborted) throw new KubernetesError("The watch of the cluster went silent.", 0);
    throw error;
  } finally {
    silence.stop();
    stop.abort();
  }
}

function watchQuery(labelSelector: string | undefined, resourceVersion: string | undefined): URLSearchParams {
  const query = new URLSearchParams({
    watch: "1",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(WATCH_SECONDS),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  });
  if (resourceVersion === undefined) {
    query.set("sendInitialEvents", "true");
    query.set("resourceVersionMatch", "NotOlderThan");
  } else {
    query.set("resourceVersion", resourceVersion);
  }
  return query;
}

function handle<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
  position: Position,
  line: unknown,
): void {
  const { handlers } = options;
  const event = Event.safeParse(line).data;
  if (event === undefined) {
    handlers.onProblem("The cluster sent an event that makes no sense.");
    return;
  }
  if (event.type === "ERROR") {
    const { code, message } = Failure.catch({ code: 500, message: "" }).parse(event.object);
    throw new KubernetesError(`The cluster ended the watch: ${message}`, code);
  }
  const version = Version.safeParse(event.object).data?.metadata.resourceVersion;
  if (event.type === "BOOKMARK") {
    if (InitialEnd.safeParse(event.object).success && position.initial !== undefined) {
      handlers.onSynced(position.initial);
      position.initial = undefined;
    }
  } else {
    handOver(options, position, event);
  }
  // Before the list is whole there is nothing to resume from.
  if (version !== undefined && position.initial === undefined) position.resourceVersion = version;
}

function handOver<Item extends { readonly uid: string }>(
  { summarize, handlers }: ReflectorOptions<Item>,
  position: Position,
  event: z.output<typeof Event>,
): void {
  try {
    const item = summarize(event.object);
    if (event.type === "DELETED") {
      handlers.onDelete(item);
    } else {
      position.initial?.add(item.uid);
      handlers.onUpsert(item);
    }
  } catch (error) {
    const name = z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) });
    const { metadata } = name.catch({ metadata: { name: "without a name" } }).parse(event.object);
    const where = metadata.namespace === undefined ? "" : ` in namespace ${metadata.namespace}`;
    const why = error instanceof z.ZodError ? "it has not the expected form" : "it could not be handled";
    handlers.onProblem(`Object ${metadata.name}${where} was passed over: ${why}.`);
  }
}

function watchdog(ms: number, stop: AbortController) {
  let timer = setTimeout(() => stop.abort(), ms);
  return {
    fed: () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), ms);
    },
    stop: () => clearTimeout(timer),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end);
  });
}
