import type { Reconciler } from "@platz/worker";
import type { TagKey } from "./chart-reconciler.ts";
import { isTransient } from "./is-transient.ts";
import type { Sighting } from "./sources/chart-source.ts";

type Settle = NonNullable<Sighting["settle"]>;

/** Who waits for a tag to be looked at, and is told by the first look that begins afterwards and is no outage. */
export class Settling {
  readonly #waiting = new Map<TagKey, Set<Settle>>();

  wait(key: TagKey, settle: Settle): void {
    const others = this.#waiting.get(key);
    if (others === undefined) this.#waiting.set(key, new Set([settle]));
    else others.add(settle);
  }

  /** The reconciler, with those who wait told of its ends. */
  watching(reconciler: Reconciler<TagKey>): Reconciler<TagKey> {
    return {
      name: reconciler.name,
      reconcile: async (key, signal) => {
        const waiting = this.#waiting.get(key) ?? new Set();
        this.#waiting.delete(key);
        try {
          const outcome = await reconciler.reconcile(key, signal);
          for (const settle of waiting) settle();
          return outcome;
        } catch (error) {
          this.#failed(key, waiting, error);
          throw error;
        }
      },
    };
  }

  #failed(key: TagKey, waiting: ReadonlySet<Settle>, error: unknown): void {
    for (const settle of waiting) {
      if (isTransient(error)) this.wait(key, settle);
      else settle(error);
    }
  }
}
