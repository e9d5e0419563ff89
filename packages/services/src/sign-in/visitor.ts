import type { Queryable } from "@platz/db";
import type { sessionKinds, User } from "@platz/domain";
import type { Actor } from "../audit/actor-fields.ts";
import type { RequestOrigin } from "../context.ts";
import { addressGroup } from "../rate-limit/address-group.ts";
import { countAgainst, type RateLimitDependencies } from "../rate-limit/rate-limits.ts";

/** Whoever is signing in, as far as that is known before they have. */
export interface Visitor {
  /** What the session will be carried by. */
  readonly kind: (typeof sessionKinds)[number];
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** The request's own name, for the audit log. */
  readonly requestId?: string | undefined;
}

/** A person who signs in, as the audit log names whoever acts. */
export function asActor(db: Queryable, { id, displayName, email }: User, visitor: SignInVisitor): Actor {
  return {
    db,
    identity: { kind: "User", id },
    scope: { label: `${displayName} <${email}>` },
    origin: originOf(visitor),
  };
}

/** What of a visitor is kept with what they did. */
export type SignInVisitor = Pick<Visitor, "address" | "requestId">;

/** Where a sign-in came from. */
export function originOf({ address, requestId }: SignInVisitor): RequestOrigin {
  return { action: "signIn.finish", address: address ?? null, requestId: requestId ?? null };
}

/** Counts a step of a sign-in. Throws `TooManyRequests` for too many from one address. */
export async function countVisit(
  dependencies: RateLimitDependencies,
  { address }: Pick<Visitor, "address">,
): Promise<void> {
  if (address === undefined) return;
  await countAgainst(dependencies, [{ limit: "sign-in:address", subject: addressGroup(address) }]);
}
