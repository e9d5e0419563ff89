import { listSessions as querySessions } from "@platz/db/queries/sessions";
import { Forbidden, type ListRequest, type Page, type Session, type UserId } from "@platz/domain";
import { requireSession } from "../access/require-session.ts";
import type { ServiceContext } from "../context.ts";

/** A session in a list of the person's own. */
export interface ShownSession extends Session {
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean;
}

/** Where one is signed in, newest first; for a site admin, where anybody is. */
export async function listSessions(
  context: ServiceContext,
  { userId, page, sort }: { readonly userId?: UserId | undefined } & ListRequest<"sessions">,
): Promise<Page<ShownSession>> {
  const { db, identity, scope, grant, now } = context;
  requireSession(context, "see where somebody is signed in");
  if (identity.kind !== "User") throw new Forbidden("Only people sign in.");
  if (userId !== undefined && userId !== identity.id && !scope.isSiteAdmin) {
    throw new Forbidden("Only a site admin may see where others are signed in.");
  }
  const found = await querySessions(db, { userId: userId ?? identity.id, list: { page, sort }, now: now() });
  return {
    ...found,
    items: found.items.map((session) => ({ ...session, isCurrent: session.id === grant.sessionId })),
  };
}
