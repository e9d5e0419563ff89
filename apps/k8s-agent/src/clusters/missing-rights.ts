import type { ClusterId } from "@platz/domain";

const NAMED_MAX = 5;

/** What an agent may not do of what it has to, by cluster. */
export class MissingRights {
  readonly #missing = new Map<ClusterId, readonly string[]>();

  /** Notes it. Says whether that is news. */
  note(id: ClusterId, missing: readonly string[]): boolean {
    if (missing.length === 0) return this.#missing.delete(id);
    this.#missing.set(id, missing);
    return true;
  }

  /** On how many clusters. */
  get clusters(): number {
    return this.#missing.size;
  }

  /** All of it, each once. */
  all(): string[] {
    return [...new Set([...this.#missing.values()].flat())].sort();
  }

  /** What is wrong with a cluster, and what is to be done; nothing when the agent may do there what it has to. */
  reason(id: ClusterId): string | undefined {
    const missing = this.#missing.get(id);
    if (missing === undefined) return undefined;
    const more = missing.length - NAMED_MAX;
    const named = missing.slice(0, NAMED_MAX).join("; ") + (more > 0 ? `; and ${more} more` : "");
    return `The agent lacks rights on this cluster: ${named}. A cluster admin puts docs/kubernetes-rights.yaml onto it.`;
  }
}
