/** What a reconcile asks for next. Throwing asks for a retry with back-off. */
export type Outcome = { readonly again: "never" } | { readonly again: "after"; readonly ms: number };

/** Nothing more to do until somebody adds the key again. */
export const done: Outcome = { again: "never" };

/** Look at the key again after this many milliseconds, if nobody adds it sooner. */
export const after = (ms: number): Outcome => ({ again: "after", ms });

/**
 * Brings one thing closer to what the database says it should be.
 *
 * It is given a key, never an event: an event may be late, lost or repeated, so the reconciler reads the present
 * state for itself and must be safe to run twice.
 */
export interface Reconciler<Key extends string> {
  readonly name: string;
  reconcile(key: Key, signal: AbortSignal): Promise<Outcome>;
}
