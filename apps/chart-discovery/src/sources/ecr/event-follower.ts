import { awsReason } from "@platz/aws";
import { backoff, sleep } from "@platz/worker";
import { isTransient } from "../../is-transient.ts";
import type { OutageLog } from "../../outage-log.ts";
import { lookAgain } from "../look-again.ts";
import type { EcrEventsOptions, Sighted } from "./ecr-options.ts";
import { type EventQueue, openEventQueue, type QueuedMessage } from "./event-queue.ts";
import { type EcrEvent, readEvent } from "./read-event.ts";

const POLL_S = 20;
const DRAINS = 4;
/** Messages that are worked on at once. While there are more, none is received. */
const HELD_MAX = 500;
/** Where no queue takes dead letters, a message that fails so often is given up. */
const RECEIVES_MAX = 5;

interface Work {
  readonly message: QueuedMessage;
  readonly event: EcrEvent;
  readonly signal: AbortSignal;
}

/** Receives events, sights what they tell of, and removes them when that is recorded. */
export class EventFollower {
  readonly #options: EcrEventsOptions;
  readonly #sighted: Sighted;
  readonly #accounts = Promise.withResolvers<readonly string[]>();
  #held = 0;
  #roomAgain = Promise.withResolvers<void>();
  readonly #passedOver = new Set<string>();
  readonly #outage: OutageLog;

  constructor(options: EcrEventsOptions, sighted: Sighted) {
    this.#options = options;
    this.#sighted = sighted;
    this.#outage = options.outageOf(`the queue ${options.queue} in ${options.region}`);
    if (options.accounts.length > 0) this.#accounts.resolve(options.accounts);
  }

  /** Whose registries charts are taken of: known when the queue is, unless it was said. */
  get accounts(): Promise<readonly string[]> {
    return this.#accounts.promise;
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { queue: name, region, hiddenSeconds, log } = this.#options;
    const onError = (error: unknown) => log.warn({ reason: awsReason(error) }, "events cannot be removed");
    const more = hiddenSeconds === undefined ? {} : { hiddenSeconds };
    await using open = new AsyncDisposableStack();
    let queue: EventQueue | undefined;
    const look = async () => {
      try {
        queue ??= open.use(await openEventQueue({ queue: name, region, onError, ...more }));
        this.#accounts.resolve([queue.account]);
        await this.#receive(queue, signal);
      } catch (cause) {
        throw new Error(`The queue ${name} cannot be read. ${awsReason(cause)}`, { cause });
      }
    };
    await lookAgain(look, { intervalMs: 0, outage: this.#outage, signal });
    this.#accounts.resolve([]);
  }

  /** Waits for a message; when there is one, several empty the queue side by side. */
  async #receive(queue: EventQueue, signal: AbortSignal): Promise<void> {
    const first = await this.#take(queue, POLL_S, signal);
    if (first === 0) return;
    const empty = async () => {
      while (!signal.aborted && (await this.#take(queue, 0, signal)) > 0);
    };
    await Promise.all(Array.from({ length: DRAINS }, empty));
  }

  async #take(queue: EventQueue, waitSeconds: number, signal: AbortSignal): Promise<number> {
    while (this.#held >= HELD_MAX && !signal.aborted) {
      const room = this.#roomAgain.promise;
      await Promise.race([room, sleep(1000, signal)]);
    }
    const messages = await queue.receive(waitSeconds, signal);
    for (const message of messages) this.#handle(queue, message, signal);
    return messages.length;
  }

  #handle(queue: EventQueue, message: QueuedMessage, signal: AbortSignal): void {
    const event = readEvent(message.body);
    if (event === "other") message.remove();
    else if ("unreadable" in event) this.#giveUp(queue, message, { reason: event.unreadable, at: "at once" });
    else void this.#work(queue, { message, event, signal });
  }

  async #work(queue: EventQueue, { message, event, signal }: Work): Promise<void> {
    this.#held += 1;
    try {
      await this.#sight(event, signal);
      message.remove();
    } catch (error) {
      // What is not finished when the process stops is released by the queue.
      if (signal.aborted) return;
      this.#giveUp(queue, message, { reason: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#held -= 1;
      this.#roomAgain.resolve();
      this.#roomAgain = Promise.withResolvers<void>();
    }
  }

  async #sight(event: EcrEvent, signal: AbortSignal): Promise<void> {
    const { isWanted = () => true } = this.#options;
    if (!(await this.#isOurs(event)) || !isWanted(event.repository)) return;
    const { domain, tags } = await this.#patiently(() => this.#tagsOf(event), signal);
    await Promise.all(tags.map((tag) => this.#look({ domain, tag, event })));
  }

  /** The event waits while AWS gives no login, or the database is away. */
  async #patiently<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || signal.aborted) throw error;
        this.#outage.failed(error);
        await sleep(backoff(failures, { firstMs: 500, maxMs: 30_000 }), signal);
      }
    }
  }

  #look({ domain, tag, event }: { domain: string; tag: string; event: EcrEvent }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#sighted({
      domain,
      repository: event.repository,
      tag,
      // A tag that was deleted may have named the same digest before.
      digest: event.action === "PUSH" ? event.digest : undefined,
      settle: (reason) => (reason === undefined ? resolve() : reject(reason)),
    });
    return promise;
  }

  /** The tags that an event is about; of an image that was deleted without a word of them, all that are recorded. */
  async #tagsOf(event: EcrEvent): Promise<{ readonly domain: string; readonly tags: readonly string[] }> {
    const domain = await this.#options.registries.domainOf(event);
    if (event.tag !== undefined) return { domain, tags: [event.tag] };
    if (event.action === "PUSH") return { domain, tags: [] };
    const known = await this.#options.known(domain);
    const ofRepository = known.filter(({ repository }) => repository === event.repository);
    return { domain, tags: ofRepository.map(({ tag }) => tag) };
  }

  async #isOurs({ account, region }: EcrEvent): Promise<boolean> {
    const { regions, region: queueRegion, log } = this.#options;
    const accounts = await this.accounts;
    const isOurs =
      accounts.includes(account) && (regions.length === 0 ? [queueRegion] : regions).includes(region);
    if (!isOurs && !this.#passedOver.has(`${account} ${region}`) && this.#passedOver.size < HELD_MAX) {
      this.#passedOver.add(`${account} ${region}`);
      const how = "add them to PLATZ_ECR_ACCOUNTS and PLATZ_ECR_REGIONS to have its charts";
      log.warn({ account, region }, `events of another account or region are passed over: ${how}`);
    }
    return isOurs;
  }

  #giveUp(
    queue: EventQueue,
    message: QueuedMessage,
    { reason, at }: { readonly reason: string; readonly at?: "at once" },
  ): void {
    const { log } = this.#options;
    const { id, receives } = message;
    if (!queue.hasDeadLetters && receives >= RECEIVES_MAX) {
      log.error({ id, reason }, "an event is given up: its queue has no queue for dead letters");
      message.remove();
      return;
    }
    if (receives === 1) log.warn({ id, reason }, "an event cannot be worked on; it comes again");
    message.release(at);
  }
}
