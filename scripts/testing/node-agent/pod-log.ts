/** What a container has said, line by line. */
export class PodLog {
  readonly #lines: { readonly at: string; readonly text: string }[] = [];
  #changed = Promise.withResolvers<void>();
  #hasEnded = false;

  add(text: string): void {
    this.#lines.push({ at: timestamp(), text });
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** As a kubelet answers: the lines from a time on, and with `follow` those that come until the container has ended. */
  read(query: URLSearchParams): ReadableStream<Uint8Array> {
    const withTimes = query.get("timestamps") === "true";
    const follow = query.get("follow") === "true";
    const tail = Number(query.get("tailLines") ?? Number.POSITIVE_INFINITY);
    // Whole seconds, as the API server hands them on.
    const since = (query.get("sinceTime") ?? "").slice(0, 19);
    const encoder = new TextEncoder();
    let next = Math.max(0, this.#lines.length - tail);
    return new ReadableStream({
      pull: async (controller) => {
        for (;;) {
          const ready = this.#lines.slice(next).filter(({ at }) => at.slice(0, 19) >= since);
          next = this.#lines.length;
          if (ready.length > 0) {
            const text = ready.map(({ at, text: line }) => `${withTimes ? `${at} ` : ""}${line}\n`).join("");
            controller.enqueue(encoder.encode(text));
            return;
          }
          if (this.#hasEnded || !follow) return controller.close();
          await this.#changed.promise;
        }
      },
    });
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

let lastMicros = 0;

/** RFC 3339 with nanoseconds, as container runtimes write it; no two are the same. */
function timestamp(): string {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1000);
  const seconds = Math.floor(lastMicros / 1_000_000);
  const micros = String(lastMicros % 1_000_000).padStart(6, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${micros}000Z`;
}
