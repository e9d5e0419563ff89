import { z } from "zod";
import { deadline } from "./deadline.ts";
import { handOver } from "./hand-over.ts";
import { jsonLines } from "./json-lines.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { Position, ReflectorOptions } from "./reflector.ts";

const SILENCE_MS_MAX = 150_000;
/** Servers end a watch after this; spread, so that those begun together do not end together. */
const WATCH_SECONDS_MIN = 1500;
const WATCH_SECONDS_SPREAD = 600;

/** One watch, from the position to the end of the stream; without a position it begins with everything there is. */
export async function followStream<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
  position: Position,
): Promise<void> {
  using silence = deadline(options.timing?.silenceMsMax ?? SILENCE_MS_MAX, options.signal);
  position.initial = position.resourceVersion === undefined ? new Set() : undefined;
  try {
    const query = watchQuery(options.labelSelector, position.resourceVersion);
    const stream = await options.transport.stream({
      path: `${options.path}?${query}`,
      signal: silence.signal,
      accept: options.metadataOnly ? metadataOf("PartialObjectMetadata") : undefined,
    });
    options.handlers.onConnected();
    for await (const events of jsonLines(stream)) {
      silence.restart();
      for (const event of events) takeEvent(options, position, event);
    }
  } catch (error) {
    if (silence.hasPassed()) throw new KubernetesError("The watch of the cluster went silent.", 0);
    throw error;
  } finally {
    position.initial = undefined;
  }
}

/** The media type by which a server sends no more than metadata (Kubernetes API concepts, "receiving metadata only"). */
export const metadataOf = (kind: "PartialObjectMetadata" | "PartialObjectMetadataList") =>
  `application/json;as=${kind};g=meta.k8s.io;v=v1`;

function watchQuery(labelSelector: string | undefined, resourceVersion: string | undefined): URLSearchParams {
  return new URLSearchParams({
    watch: "1",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(WATCH_SECONDS_MIN + Math.floor(Math.random() * WATCH_SECONDS_SPREAD)),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(resourceVersion === undefined
      ? { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" }
      : { resourceVersion }),
  });
}

const Event = z.object({
  type: z.string(),
  object: z.looseObject({
    metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(),
  }),
});
const InitialEnd = z.object({
  metadata: z.object({ annotations: z.object({ "k8s.io/initial-events-end": z.literal("true") }) }),
});
const Failure = z.object({ code: z.int().catch(500), message: z.string().max(500).catch("no reason given") });

function takeEvent<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
  position: Position,
  line: unknown,
): void {
  const event = Event.safeParse(line).data;
  if (event === undefined) {
    options.handlers.onProblem("The cluster sent an event that makes no sense; it was passed over.");
    return;
  }
  const { type, object } = event;
  if (type === "ERROR") {
    const { code, message } = Failure.parse(object);
    throw new KubernetesError(`The cluster ended the watch: ${message}`, code);
  }
  if (type === "BOOKMARK") {
    if (position.initial !== undefined && InitialEnd.safeParse(object).success) {
      options.handlers.onSynced(position.initial);
      position.initial = undefined;
    }
  } else {
    handOver(options, position, { isDeleted: type === "DELETED", object });
  }
  // Before the list is whole there is nothing to resume from.
  if (position.initial === undefined && object.metadata?.resourceVersion !== undefined) {
    position.resourceVersion = object.metadata.resourceVersion;
  }
}
