import { createHash } from "node:crypto";

/**
 * Who of several is to have a thing (rendezvous hashing): everybody who asks with the same names gets the same answer,
 * each has its share, and when one leaves only its own things move.
 */
export function rendezvousWinner(thing: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly weight: string } | undefined;
  for (const name of names) {
    const weight = createHash("sha256")
      .update(JSON.stringify([name, thing]))
      .digest("hex");
    if (best === undefined || weight > best.weight) best = { name, weight };
  }
  return best?.name;
}
