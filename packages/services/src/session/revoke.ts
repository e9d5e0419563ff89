import { deleteSession, deleteSessionsOf, findSession } from "@platz/db/queries/sessions";
import { Forbidden, NotFound, type SessionId } from "@platz/domain";
import { requireSession } from "../access/require-session.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/** Signs a person out there: oneself, or for a site admin, anybody. It counts from the next request on. */
export async function revokeSession(context: ServiceContext, id: SessionId): Promise<void> {
  requireSession(context, "sign anybody out");
  await inTransaction(context, async (context) => {
    const { db, identity, scope } = context;
    const session = await findSession(db, id);
    if (!session || !(scope.isSiteAdmin || session.userId === identity.id)) throw new NotFound("session", id);
    await deleteSession(db, id);
    const label = session.userAgent ?? session.kind;
    await recordChange(context, { entity: "sessions", id, envId: null, label, before: session });
  });
}

/** Signs oneself out everywhere else; tells how many sessions that ended. */
export async function revokeOtherSessions(context: ServiceContext): Promise<{ readonly revoked: number }> {
  requireSession(context, "sign anybody out");
  return await inTransaction(context, async (context) => {
    const { db, identity, grant } = context;
    if (identity.kind !== "User") throw new Forbidden("Only people sign in.");
    const ended = await deleteSessionsOf(db, identity.id, grant.sessionId);
    const label = `${ended.length} other sessions`;
    await recordChange(context, {
      entity: "sessions",
      id: identity.id,
      envId: null,
      label,
      before: { sessions: ended },
    });
    return { revoked: ended.length };
  });
}
