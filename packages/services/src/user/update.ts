import { deleteSessionsOf } from "@platz/db/queries/sessions";
import { lockActiveAdmins, lockUser, updateUserRow } from "@platz/db/queries/users";
import { Conflict, Forbidden, NotFound, type UpdateUser, type User, type UserId } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/**
 * Makes a person a site admin or not, and lets them in or not. Who is deactivated is signed out at once. Nobody changes
 * themselves, and one site admin that can sign in always stays.
 */
export async function updateUser(context: ServiceContext, input: UpdateUser): Promise<User> {
  requireSiteAdmin(context, "change a person");
  if (context.identity.id === input.id) {
    throw new Forbidden("You cannot change yourself: ask another site admin.");
  }
  return await inTransaction(context, async (context) => {
    const { db } = context;
    const admins = await lockActiveAdmins(db);
    const before = await lockUser(db, input.id);
    if (!before) throw new NotFound("user", input.id);
    const label = `${before.displayName} <${before.email}>`;
    await requireSeenVersion(context, { ...before, label }, input.version);
    const { isAdmin = before.isAdmin, isActive = before.isActive } = input;
    if (isAdmin === before.isAdmin && isActive === before.isActive) return before;
    if (!(isAdmin && isActive)) requireAnother(admins, input.id);
    const after = await updateUserRow(db, { id: input.id, isAdmin, isActive });
    if (!after) throw new NotFound("user", input.id);
    const ended = isActive ? [] : await deleteSessionsOf(db, input.id);
    const { id, version } = after;
    await recordChange(context, {
      ...{ entity: "users", id, label, envId: null, version },
      before: { ...before, sessions: ended },
      after: { ...after, sessions: [] },
    });
    return after;
  });
}

function requireAnother(admins: readonly UserId[], id: UserId): void {
  if (admins.some((admin) => admin !== id)) return;
  throw new Conflict("This is the last site admin who can sign in: make somebody else one first.");
}
