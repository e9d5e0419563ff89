import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

export interface PodLogTail {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string | undefined;
  /** Of the run before the last restart. */
  readonly previous: boolean;
  readonly lines: number;
  readonly timestamps: boolean;
  readonly bytesMax: number;
}

/** What is read to find the end of: lines may be long, and nobody knows how long before. */
const READ_BYTES_MAX = 16 * 1024 * 1024;

/** The last lines of a container's log, and of these the last bytes. */
export async function readPodLogTail(
  transport: Transport,
  { namespace, pod, container, previous, lines, timestamps, bytesMax }: PodLogTail,
  signal: AbortSignal,
): Promise<{ text: string; isComplete: boolean }> {
  const path = resourcePath({ api: "api/v1", namespace, collection: "pods", name: pod });
  const query = new URLSearchParams({
    // One more, to know whether there is more.
    tailLines: String(lines + 1),
    limitBytes: String(READ_BYTES_MAX),
    ...(container === undefined ? {} : { container }),
    ...(previous ? { previous: "true" } : {}),
    ...(timestamps ? { timestamps: "true" } : {}),
  });
  const tail = new Tail(bytesMax);
  for await (const bytes of await transport.stream({ path: `${path}/log?${query}`, signal })) tail.add(bytes);
  return tail.read(lines);
}

/** The last bytes of a stream. */
class Tail {
  #kept = Buffer.alloc(0);
  #isCut = false;
  #read = 0;
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(bytes: Uint8Array): void {
    this.#read += bytes.length;
    const all = Buffer.concat([this.#kept, bytes]);
    this.#isCut ||= all.length > this.#bytesMax;
    this.#kept = all.subarray(Math.max(0, all.length - this.#bytesMax));
  }

  read(lines: number): { text: string; isComplete: boolean } {
    const parts = this.#kept.toString("utf8").split("\n");
    // After the last line break there is no line.
    const end = parts.at(-1) === "" ? parts.length - 1 : parts.length;
    const first = Math.max(this.#isCut && end > 1 ? 1 : 0, end - lines);
    return {
      text: parts
        .slice(first, end)
        .map((line) => `${line}\n`)
        .join(""),
      isComplete: first === 0 && !this.#isCut && this.#read < READ_BYTES_MAX,
    };
  }
}
