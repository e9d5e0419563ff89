import { redactor } from "@platz/helm";
import { backoff, sleep } from "@platz/worker";

export interface TaskLogOptions {
  /** Writes one piece; `false` when the task is not ours any more. */
  append(text: string): Promise<boolean>;
  /** Told when a piece could not be written; `true`: it is tried again, `false`: it is dropped. */
  onError(error: unknown): boolean;
  /** Told that the task is not ours any more. Nothing is written from then on. */
  onLost(): void;
  /** Ends the tries to write. */
  readonly lost: AbortSignal;
  /** How long lines are gathered into one piece, in ms. */
  readonly gatherMs?: number;
  readonly charactersMax?: number;
}

const LINE_CHARACTERS_MAX = 16_384;

/**
 * The log of one run: lines are gathered for a moment and written as pieces, in order and none left out while the
 * database is away, without the texts that must not appear. It is bounded: at the end of its room it says so, once,
 * and drops the rest.
 */
export class TaskLogWriter {
  readonly #options: TaskLogOptions;
  readonly #secrets = new Set<string>();
  #redact = redactor([]);
  #gathered = "";
  #room: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: TaskLogOptions) {
    this.#options = options;
    this.#room = options.charactersMax ?? 2 * 1024 * 1024;
  }

  hide(texts: readonly string[]): void {
    for (const text of texts) if (text !== "") this.#secrets.add(text);
    this.#redact = redactor([...this.#secrets]);
  }

  /** The text without what must not appear, for whatever else is said of the run. */
  clean(text: string): string {
    // The database takes no NUL, and no lone surrogate, which a cut through a character leaves.
    return this.#redact(text.replaceAll("\u0000", "\ufffd")).toWellFormed();
  }

  line(text: string): void {
    if (this.#room <= 0) return;
    const clean = this.clean(text);
    const bounded = clean.length > LINE_CHARACTERS_MAX ? `${clean.slice(0, LINE_CHARACTERS_MAX)}…` : clean;
    this.#room -= bounded.length + 1;
    this.#gathered += this.#room > 0 ? `${bounded}\n` : "… The log is full; the rest was dropped.\n";
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.gatherMs ?? 150);
  }

  /** Writes what has been gathered, after what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#gathered.toWellFormed();
    this.#gathered = "";
    if (text !== "") this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    const { append, onError, onLost, lost } = this.#options;
    for (let failures = 1; !lost.aborted; failures += 1) {
      try {
        if (!(await append(text))) onLost();
        return;
      } catch (error) {
        if (!onError(error)) return;
        await sleep(backoff(failures, { firstMs: 100, maxMs: 2_000 }), lost);
      }
    }
  }
}
