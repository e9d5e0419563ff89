import type { Credential } from "@platz/auth";
import type { AccessScope } from "../access/access-scope.ts";
import { FreshCache, type FreshCacheOptions } from "../events/fresh-cache.ts";
import type { ResolvedIdentity } from "./resolve-identity.ts";

/** Who a credential belongs to and what they may see, as it was read a moment ago. */
export interface KnownCaller extends ResolvedIdentity {
  readonly scope: AccessScope;
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

/** Remembers callers, so that a busy one is not looked up at every request. Any change of anybody's rights empties it. */
export class CallerCache implements Disposable {
  readonly #cache: FreshCache<KnownCaller>;

  constructor(options: Omit<FreshCacheOptions, "tables">) {
    this.#cache = new FreshCache({ ...options, tables: rights });
  }

  /** The caller, remembered or looked up. Who cannot be looked up is not remembered. */
  async find(credential: Credential, lookUp: () => Promise<KnownCaller>): Promise<KnownCaller> {
    return await this.#cache.find(
      JSON.stringify(credential),
      lookUp,
      // What a deployment sees hangs on rows that change all the time: it is looked up each time.
      ({ identity, expiresAt }) =>
        identity.kind === "Deployment" ? 0 : (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
    );
  }

  forget(): void {
    this.#cache.forget();
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }
}
