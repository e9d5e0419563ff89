import type { Change, ChangesRequest } from "../platz/events.ts";

type WithoutId<Each> = Each extends unknown ? Omit<Each, "eventId"> : never;
interface Message {
  readonly id: string;
  /** Positions are for coming back alone. */
  readonly data: WithoutId<Change> | { readonly type: "position" };
}

/** The little of the API that following needs. */
export interface Feed {
  readonly subscribe: (
    request: ChangesRequest,
    follower: {
      readonly onData: (message: Message) => void;
      readonly onError: () => void;
      readonly onComplete: () => void;
    },
  ) => { unsubscribe(): void };
  /** Throws when the caller cannot be known any more, or Platz cannot be reached. */
  readonly check: (options: { readonly signal?: AbortSignal | undefined }) => Promise<unknown>;
}

interface Following extends ChangesRequest {
  readonly signal?: AbortSignal | undefined;
}

/** So much is kept for a follower that is slow: it then leaves, and comes back when it has read that. */
const WAITING_MAX = 1000;
const AGAIN_MS = 1000;

/**
 * Follows changes, and comes back to where it was whenever the stream ends or breaks. Short interruptions are the
 * subscription's own business; this is for those that it gives up on, such as the error page of a proxy. Whether to go on
 * is then asked by a query, which fails in words of its own.
 */
export async function* followChanges(feed: Feed, following: Following): AsyncGenerator<Change, void> {
  const { signal, ...request } = following;
  let { lastEventId } = request;
  while (!signal?.aborted) {
    for await (const { id, data } of messagesOf(feed, { ...request, lastEventId }, signal)) {
      lastEventId = id;
      if (data.type !== "position") yield { ...data, eventId: id };
      if (signal?.aborted) return;
    }
    await pause(AGAIN_MS, signal);
    if (!signal?.aborted) await feed.check({ signal });
  }
}

/** The messages of one subscription. Ends with it, with the signal, and when whoever reads is too slow. */
function messagesOf(
  { subscribe }: Feed,
  request: ChangesRequest,
  signal: AbortSignal | undefined,
): ReadableStream<Message> {
  const left = new AbortController();
  const leave = () => left.abort();
  let isCanceled = false;
  signal?.addEventListener("abort", leave);
  return new ReadableStream<Message>(
    {
      start(controller) {
        const subscription = subscribe(request, {
          onData(message) {
            if (left.signal.aborted) return;
            controller.enqueue(message);
            if ((controller.desiredSize ?? 0) <= 0) leave();
          },
          onError: leave,
          onComplete: leave,
        });
        left.signal.addEventListener("abort", () => {
          signal?.removeEventListener("abort", leave);
          subscription.unsubscribe();
          if (!isCanceled) controller.close();
        });
      },
      cancel() {
        isCanceled = true;
        leave();
      },
    },
    new CountQueuingStrategy({ highWaterMark: WAITING_MAX }),
  );
}

/** Waits, but no longer than the signal lets it. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
