import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { awsClientOptions } from "@platz/aws";
import { every } from "@platz/worker";

/** A message that was received and is hidden from others until it is removed or let go. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receives: number;
  /** It is done with. */
  remove(): void;
  /** It is not hidden any longer than it is by now; or shown again at once. */
  release(at?: "at once"): void;
}

export interface EventQueue extends AsyncDisposable {
  /** The AWS account that the queue is of. */
  readonly account: string;
  /** Whether what is received too often goes to a queue for dead letters. */
  readonly hasDeadLetters: boolean;
  /** Ten messages at most; waits so long for the first. Nothing when the signal ends the wait. */
  receive(waitSeconds: number, signal: AbortSignal): Promise<readonly QueuedMessage[]>;
}

export interface EventQueueOptions {
  /** Its name, or its whole address. */
  readonly queue: string;
  readonly region: string;
  /** Told of messages that could not be removed or kept hidden. They come again, which is harmless. */
  onError(error: unknown): void;
  /** For how long a message is hidden. Messages that are worked on are hidden again in time. */
  readonly hiddenSeconds?: number;
}

const HIDDEN_S = 60;
const BATCH = 10;
const REMOVAL_DELAY_MS = 50;
/** Longer than the longest poll. */
const TIMEOUT_MS = 40_000;

/** Opens an SQS queue. Throws what AWS says when it is not there, or is not ours to read. */
export async function openEventQueue(options: EventQueueOptions): Promise<EventQueue> {
  const { hiddenSeconds = HIDDEN_S } = options;
  const { region } = options;
  // The client's own endpoint is where AWS_ENDPOINT_URL leads; the queue's address may name a host inside AWS.
  const client = new SQSClient({ ...awsClientOptions(TIMEOUT_MS), region, useQueueUrlAsEndpoint: false });
  try {
    const { url, account, hasDeadLetters } = await describeQueue(client, options.queue);
    const held = new HeldMessages(client, { url, hiddenSeconds, onError: options.onError });
    return {
      account,
      hasDeadLetters,
      receive: (waitSeconds, signal) => receive(client, { url, hiddenSeconds, held, waitSeconds, signal }),
      async [Symbol.asyncDispose]() {
        await held[Symbol.asyncDispose]();
        client.destroy();
      },
    };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

async function describeQueue(client: SQSClient, queue: string) {
  const isAddress = URL.canParse(queue);
  const { QueueUrl: url = "" } = isAddress
    ? { QueueUrl: queue }
    : await client.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { Attributes: attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn", "RedrivePolicy"] }),
  );
  return {
    url,
    account: attributes.QueueArn?.split(":")[4] ?? "",
    hasDeadLetters: attributes.RedrivePolicy !== undefined,
  };
}

interface Receiving {
  readonly url: string;
  readonly hiddenSeconds: number;
  readonly held: HeldMessages;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

async function receive(
  client: SQSClient,
  { url, hiddenSeconds, held, waitSeconds, signal }: Receiving,
): Promise<readonly QueuedMessage[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: BATCH,
    WaitTimeSeconds: waitSeconds,
    VisibilityTimeout: hiddenSeconds,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  try {
    const { Messages: messages = [] } = await client.send(command, { abortSignal: signal });
    return messages.map(({ MessageId: id = "", Body: body = "", ReceiptHandle: handle = "", Attributes }) => {
      held.hold(handle);
      return {
        id,
        body,
        receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
        remove: () => held.remove(handle),
        release: (at) => held.release(handle, at),
      };
    });
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

interface Holding {
  readonly url: string;
  readonly hiddenSeconds: number;
  onError(error: unknown): void;
}

/** Receipts of messages that are worked on, kept hidden; and those to remove, ten at a time. */
class HeldMessages implements AsyncDisposable {
  readonly #client: SQSClient;
  readonly #options: Holding;
  readonly #held = new Set<string>();
  #done: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #sending = new Set<Promise<void>>();
  readonly #ticks: Disposable;

  constructor(client: SQSClient, options: Holding) {
    this.#client = client;
    this.#options = options;
    const periodMs = (options.hiddenSeconds * 1000) / 3;
    this.#ticks = every(periodMs, () => this.#hide([...this.#held], options.hiddenSeconds), options.onError);
  }

  hold(handle: string): void {
    this.#held.add(handle);
  }

  remove(handle: string): void {
    this.#held.delete(handle);
    this.#done.push(handle);
    if (this.#done.length >= BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), REMOVAL_DELAY_MS);
  }

  release(handle: string, at: "at once" | undefined): void {
    this.#held.delete(handle);
    if (at === "at once") this.#track(this.#hide([handle], 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ticks[Symbol.dispose]();
    this.#flush();
    // What was not finished is for the next one to begin with at once.
    this.#track(this.#hide([...this.#held], 0));
    await Promise.all(this.#sending);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const handles = this.#done;
    this.#done = [];
    for (const entries of batches(handles)) {
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.#options.url, Entries: entries });
      this.#track(this.#client.send(command));
    }
  }

  async #hide(handles: readonly string[], seconds: number): Promise<void> {
    await Promise.all(
      batches(handles).map((entries) =>
        this.#client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: this.#options.url,
            Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds })),
          }),
        ),
      ),
    );
  }

  #track(work: Promise<unknown>): void {
    const sending: Promise<void> = work
      .then(() => {}, this.#options.onError)
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}

function batches(handles: readonly string[]): { readonly Id: string; readonly ReceiptHandle: string }[][] {
  const starts = Array.from({ length: Math.ceil(handles.length / BATCH) }, (_, index) => index * BATCH);
  return starts.map((start) =>
    handles
      .slice(start, start + BATCH)
      .map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
  );
}
