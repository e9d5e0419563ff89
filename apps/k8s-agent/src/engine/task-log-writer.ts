import { redactor } from "@platz/helm";

export interface TaskLogOptions {
  /** Writes one piece; `false` when the task is not ours any more. */
  append(text: string): Promise<boolean>;
  /** Told when a piece could not be written. */
  onError(error: unknown): void;
  /** How long lines are gathered into one piece, in ms. */
  readonly gatherMs?: number;
  readonly charactersMax?: number;
}

const LINE_CHARACTERS_MAX = 16_384;

/**
 * The log of one run: lines are gathered for a moment and written as pieces, in order, without the texts that must not
 * appear. It is bounded: at the end of its room it says so, once, and drops the rest.
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

  line(text: string): void {
    if (this.#room <= 0) return;
    const clean = this.#redact(text.replaceAll("\u0000", "�"));
    const bounded = clean.length > LINE_CHARACTERS_MAX ? `${clean.slice(0, LINE_CHARACTERS_MAX)}…` : clean;
    this.#room -= bounded.length + 1;
    this.#gathered += this.#room > 0 ? `${bounded}\n` : "… The log is full; the rest was dropped.\n";
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.gatherMs ?? 150);
  }

  /** Writes what has been gathered, after what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#gathered;
    this.#gathered = "";
    if (text !== "") this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    try {
      // A lone surrogate, left by a cut through a character, is no text for the database.
      await this.#options.append(text.toWellFormed());
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
