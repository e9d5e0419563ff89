import type { Credential } from "@platz/auth";
import type { AccessScope } from "../access/access-scope.ts";
import type { EventFeed } from "../events/event-feed.ts";
import type { ResolvedIdentity } from "./resolve-identity.ts";

/** Who a credential belongs to and what they may see, as it was read a moment ago. */
export interface KnownCaller extends ResolvedIdentity {
  readonly scope: AccessScope;
}

export interface CallerCacheOptions {
  /** Tells when rights change, in this process and in others. */
  readonly feed: Pick<EventFeed, "isListening" | "watch">;
  /** How long somebody is known without being looked up, should no news arrive. In ms. */
  readonly ttlMs?: number;
  readonly entriesMax?: number;
  readonly now?: () => number;
}

/** The tables that say who may do what. */
const rights: ReadonlySet<string> = new Set([
  "users",
  "user_tokens",
  "bots",
  "bot_tokens",
  "sessions",
  "envs",
  "env_user_permissions",
]);

/**
 * Remembers callers for seconds, so that a busy one is not looked up at every request. Any change of anybody's rights
 * empties it: at once in the process that made it (`forget`), and as soon as the database tells it in the others. While
 * the database tells nothing, nothing is remembered.
 */
export class CallerCache implements Disposable {
  readonly #known = new Map<string, { readonly caller: KnownCaller; readonly until: number }>();
  readonly #watching: Disposable;
  readonly #options: CallerCacheOptions;
  /** Counts the times that everything was forgotten: what was being read then is old already. */
  #generation = 0;

  constructor(options: CallerCacheOptions) {
    this.#options = options;
    this.#watching = options.feed.watch((table) => {
      if (table === undefined || rights.has(table)) this.forget();
    });
  }

  /** The caller, remembered or looked up. What cannot be looked up is not remembered. */
  async find(credential: Credential, lookUp: () => Promise<KnownCaller>): Promise<KnownCaller> {
    const { feed, ttlMs = 5_000, entriesMax = 10_000, now = Date.now } = this.#options;
    const key = JSON.stringify(credential);
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now()) return known.caller;
    const generation = this.#generation;
    const caller = await lookUp();
    const isWorthIt = feed.isListening && caller.identity.kind !== "Deployment";
    if (!isWorthIt || generation !== this.#generation) return caller;
    if (this.#known.size >= entriesMax) this.#known.clear();
    const until = Math.min(now() + ttlMs, caller.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
    this.#known.set(key, { caller, until });
    return caller;
  }

  /** Forgets everybody, so that a change of rights counts from the next request on. */
  forget(): void {
    this.#generation += 1;
    this.#known.clear();
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
  }
}
