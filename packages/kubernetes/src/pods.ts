import type { DeploymentEvent, DeploymentPod } from "@platz/domain";
import { z } from "zod";
import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

/** What is shown of one namespace at most. */
const PODS_MAX = 500;
const EVENTS_MAX = 200;
/** Events come in no order, so that all of them are read to find the latest; up to here. */
const EVENTS_READ_MAX = 5_000;
const MESSAGE_CHARACTERS_MAX = 1_000;

const Metadata = z.object({ name: z.string(), creationTimestamp: z.string().default("") });
const Container = z.object({ name: z.string() });
const Ended = z.object({ exitCode: z.number().default(0), reason: z.string().default("") });
const State = z.object({
  running: z.object({}).optional(),
  waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
  terminated: Ended.optional(),
});
const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: State.default({}),
  lastState: State.default({}),
});
type ContainerStatus = z.output<typeof ContainerStatus>;

const RawPod = z.object({
  metadata: Metadata.extend({ deletionTimestamp: z.string().optional() }),
  spec: z
    .object({
      nodeName: z.string().optional(),
      containers: z.array(Container).default([]),
      initContainers: z.array(Container).default([]),
    })
    .prefault({}),
  status: z
    .object({
      phase: z.string().default("Unknown"),
      containerStatuses: z.array(ContainerStatus).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
});

const List = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  // The server writes an empty list as null.
  items: z.array(z.unknown()).nullable(),
});

/** Those that make sense: an odd one hides no other. */
function readable<Item extends z.ZodType>(item: Item, items: readonly unknown[] | null): z.output<Item>[] {
  return (items ?? []).flatMap((object) => {
    const read = item.safeParse(object);
    return read.success ? [read.data] : [];
  });
}

/** The pods of a namespace, the newest first. */
export async function listPods(
  transport: Transport,
  namespace: string,
  signal?: AbortSignal,
): Promise<{ pods: DeploymentPod[]; isComplete: boolean }> {
  const path = `${resourcePath({ api: "api/v1", namespace, collection: "pods" })}?limit=${PODS_MAX}`;
  const { items, metadata } = await transport.json(List, { path, signal });
  const pods = readable(RawPod, items).map(podOf);
  return {
    pods: pods.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || a.name.localeCompare(b.name)),
    isComplete: !metadata.continue,
  };
}

function podOf({ metadata, spec, status }: z.output<typeof RawPod>): DeploymentPod {
  const states = new Map(
    [...status.initContainerStatuses, ...status.containerStatuses].map((s) => [s.name, s]),
  );
  const shown = (isInit: boolean) => (container: { name: string }) => {
    const known = states.get(container.name);
    return {
      name: container.name,
      isInit,
      ready: known?.ready ?? false,
      restarts: known?.restartCount ?? 0,
      state: known ? sentenceOf(known) : "not started",
      hasPrevious: known?.lastState.terminated !== undefined,
    };
  };
  return {
    name: metadata.name,
    createdAt: metadata.creationTimestamp,
    phase: metadata.deletionTimestamp === undefined ? status.phase : "Terminating",
    nodeName: spec.nodeName ?? null,
    containers: [...spec.initContainers.map(shown(true)), ...spec.containers.map(shown(false))],
  };
}

function sentenceOf({ state: { running, waiting, terminated } }: ContainerStatus): string {
  if (running) return "running";
  if (terminated) return withReason(`ended with exit code ${terminated.exitCode}`, terminated.reason);
  return waiting
    ? withReason("waiting", [waiting.reason, waiting.message].filter(Boolean).join(": "))
    : "not started";
}

function withReason(what: string, why: string): string {
  return why === "" ? what : `${what} (${bounded(why)})`;
}

const time = z.string().nullish();
const RawEvent = z.object({
  metadata: Metadata,
  involvedObject: z.object({ kind: z.string().default(""), name: z.string().default("") }).prefault({}),
  type: z.string().default("Normal"),
  reason: z.string().default(""),
  message: z.string().default(""),
  count: z.number().nullish(),
  firstTimestamp: time,
  lastTimestamp: time,
  eventTime: time,
  series: z.object({ count: z.number().default(1), lastObservedTime: time }).nullish(),
});

/** What Kubernetes noted about the objects of a namespace, the latest first. */
export async function listEvents(
  transport: Transport,
  namespace: string,
  signal?: AbortSignal,
): Promise<{ events: DeploymentEvent[]; isComplete: boolean }> {
  const path = resourcePath({ api: "api/v1", namespace, collection: "events" });
  const events: DeploymentEvent[] = [];
  let next: string | undefined;
  do {
    const query = new URLSearchParams({ limit: "500", ...(next === undefined ? {} : { continue: next }) });
    const page = await transport.json(List, { path: `${path}?${query}`, signal });
    events.push(...readable(RawEvent, page.items).map(eventOf));
    next = page.metadata.continue || undefined;
  } while (next !== undefined && events.length < EVENTS_READ_MAX);
  return {
    events: events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, EVENTS_MAX),
    isComplete: next === undefined && events.length <= EVENTS_MAX,
  };
}

function eventOf(event: z.output<typeof RawEvent>): DeploymentEvent {
  const { series, lastTimestamp, eventTime, firstTimestamp, metadata, involvedObject } = event;
  return {
    at:
      series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp,
    count: series?.count ?? event.count ?? 1,
    isWarning: event.type !== "Normal",
    reason: event.reason,
    message: bounded(event.message),
    ...involvedObject,
  };
}

function bounded(text: string): string {
  return text.length > MESSAGE_CHARACTERS_MAX ? `${text.slice(0, MESSAGE_CHARACTERS_MAX)}…` : text;
}
