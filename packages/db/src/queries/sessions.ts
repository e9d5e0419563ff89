import type { ListRequest, Page, Session, SessionId, UserId } from "@platz/domain";
import { and, count, eq, gt, lt, ne } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { sessions } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

/** What may be shown of a session: never its hash. */
const shown = {
  id: sessions.id,
  userId: sessions.userId,
  kind: sessions.kind,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
  lastUsedAt: sessions.lastUsedAt,
  address: sessions.address,
  userAgent: sessions.userAgent,
};

/** Begins a session, and forgets those that have run out. */
export async function insertSession(
  db: Queryable,
  session: Omit<typeof sessions.$inferInsert, "createdAt" | "lastUsedAt">,
  now: Date,
): Promise<void> {
  await db.delete(sessions).where(lt(sessions.expiresAt, now));
  await db.insert(sessions).values(session);
}

const partOf = listOf("sessions", {
  sorts: { createdAt: [sessions.createdAt] },
  unique: sessions.id,
});

/** The sessions that have not run out, newest first. */
export async function listSessions(
  db: Queryable,
  {
    userId,
    list,
    now,
  }: { readonly userId: UserId; readonly list: ListRequest<"sessions">; readonly now: Date },
): Promise<Page<Session>> {
  const where = and(matching(sessions.userId, userId), gt(sessions.expiresAt, now));
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(sessions)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(sessions).where(where),
  });
}

export async function findSession(db: Queryable, id: SessionId): Promise<Session | undefined> {
  const [row] = await db.select(shown).from(sessions).where(eq(sessions.id, id));
  return row;
}

export async function deleteSession(db: Queryable, id: SessionId): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, id));
}

/** Ends what a person is signed in with, but for one session; gives what ended. */
export async function deleteSessionsOf(
  db: Queryable,
  userId: UserId,
  except: SessionId | null = null,
): Promise<SessionId[]> {
  const rows = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), except === null ? undefined : ne(sessions.id, except)))
    .returning({ id: sessions.id });
  return rows.map(({ id }) => id);
}
