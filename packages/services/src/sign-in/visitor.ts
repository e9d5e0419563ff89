import type { sessionKinds } from "@platz/domain";
import { countAgainst, type RateLimitDependencies } from "../rate-limit/rate-limits.ts";

/** Whoever is signing in, as far as that is known before they have. */
export interface Visitor {
  /** What the session will be carried by. */
  readonly kind: (typeof sessionKinds)[number];
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
}

/** Counts a step of a sign-in. Throws `TooManyRequests` for too many from one address. */
export async function countVisit(
  dependencies: RateLimitDependencies,
  { address }: Pick<Visitor, "address">,
): Promise<void> {
  if (address === undefined) return;
  await countAgainst(dependencies, [{ limit: "sign-in:address", subject: address }]);
}
