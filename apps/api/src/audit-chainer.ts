import { findLastLink } from "@platz/db/queries/audit-chain";
import { type ChainDependencies, chainAuditLog, type ServiceLog } from "@platz/services";
import { every, sleep } from "@platz/worker";

export interface AuditChainerOptions extends ChainDependencies {
  readonly log: ServiceLog;
  /** What has to have happened before anything is chained. */
  readonly first?: () => Promise<void>;
  /** How often to look for entries, in ms. */
  readonly tickMs?: number;
  /** How often, at most, the head is logged, in ms. */
  readonly tellMs?: number;
}

const TICK_MS = 3000;
const TELL_MS = 60_000;
const STOP_MS = 1000;

/**
 * Chains the audit log as it grows, beside everything else: nobody waits for it. Each process has one; they take turns.
 * The head goes into the process's own log, which is kept elsewhere, so that a cut end can be noticed.
 */
export class AuditChainer implements AsyncDisposable {
  readonly #options: AuditChainerOptions;
  readonly #ticks: Disposable;
  #prepared: Promise<void> | undefined;
  #working: Promise<void> | undefined;
  #stopped = false;
  #told = { position: 0, at: 0 };
  #position = 0;
  #failureToldAt = Number.NEGATIVE_INFINITY;

  private constructor(options: AuditChainerOptions) {
    this.#options = options;
    this.#ticks = every(
      options.tickMs ?? TICK_MS,
      () => this.chain(),
      (error) => this.#tellFailure(error),
    );
  }

  static start(options: AuditChainerOptions): AuditChainer {
    return new AuditChainer(options);
  }

  /** How far the log is chained, as this process saw it last. */
  get position(): number {
    return this.#position;
  }

  /** Chains all that there is, together with whoever does already. */
  async chain(): Promise<void> {
    this.#working ??= this.#chainAll().finally(() => {
      this.#working = undefined;
    });
    await this.#working;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#ticks[Symbol.dispose]();
    // A database that is away must not keep the process: what was not committed is chained by the next one.
    await Promise.race([this.#working?.catch(() => {}), sleep(STOP_MS)]);
  }

  async #chainAll(): Promise<void> {
    this.#prepared ??= this.#options.first?.() ?? Promise.resolve();
    await this.#prepared.catch((error) => {
      this.#prepared = undefined;
      throw error;
    });
    while (!this.#stopped) {
      if ((await chainAuditLog(this.#options)) !== "more") break;
    }
    await this.#tell();
  }

  /** Not at each tick: what is away for hours would fill the log. */
  #tellFailure(error: unknown): void {
    const { log, now, tellMs = TELL_MS } = this.#options;
    const at = now().getTime();
    if (at - this.#failureToldAt < tellMs) return;
    this.#failureToldAt = at;
    log.warn({ error }, "the audit log cannot be chained now");
  }

  async #tell(): Promise<void> {
    const { db, log, now, tellMs = TELL_MS } = this.#options;
    const last = await findLastLink(db);
    this.#position = last?.position ?? 0;
    const at = now().getTime();
    if (last === undefined || last.position === this.#told.position || at - this.#told.at < tellMs) return;
    this.#told = { position: last.position, at };
    log.info({ position: last.position, hash: last.hash }, "head of the audit chain");
  }
}
