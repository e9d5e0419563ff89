import { Forbidden, type Identity } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

type Caller = Identity["kind"];

/**
 * What a procedure demands of its caller, by name. The kinds of caller that could ever hold the permission are
 * checked at the door; whether this caller holds it for this object is the verb's to decide. Bots are nowhere:
 * nothing can be granted to them yet.
 */
const callers = {
  /** Whoever has proved who they are. */
  "signed in": ["User", "Bot", "Deployment"],
  /** Sees what is in scope; everything else looks absent. */
  read: ["User", "Deployment"],
  /** A person, for what is their own. */
  person: ["User"],
  "site admin": ["User"],
  "env admin": ["User"],
  "deployment owner": ["User"],
  "deployment maintainer": ["User"],
  /** A maintainer, or a deployment within its own env. */
  "deployment operator": ["User", "Deployment"],
} as const satisfies Record<string, readonly Caller[]>;

export type Permission = keyof typeof callers;

/** Refuses callers of a kind that can never hold this permission. */
export function requireCaller({ identity }: ServiceContext, permission: Permission): void {
  const allowed: readonly Caller[] = callers[permission];
  if (allowed.includes(identity.kind)) return;
  throw new Forbidden(`A ${identity.kind.toLowerCase()} may not do this.`);
}
