import type { EnvId, ListRequest, Page, UpdateUser, User, UserId } from "@platz/domain";
import { and, asc, count, eq, exists, getColumns, or, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { envUserPermissions, users } from "../schema/index.ts";
import { inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { containing, matching } from "./matching.ts";

export interface UserFilter {
  readonly isActive?: boolean | undefined;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
}

/** Whom a caller may see: everybody, or oneself and the people of these envs. */
export type UserScope = "all" | { readonly self: UserId; readonly envIds: readonly EnvId[] };

const partOf = listOf("users", {
  sorts: {
    createdAt: [users.createdAt],
    displayName: [users.displayName],
    email: [users.email],
  },
  unique: users.id,
});

export async function listUsers(
  db: Queryable,
  scope: UserScope,
  { filter, list }: { readonly filter: UserFilter; readonly list: ListRequest<"users"> },
): Promise<Page<User>> {
  const where = and(
    inUserScope(db, scope),
    matching(users.isActive, filter.isActive),
    containing(users.displayName, filter.displayName),
    containing(users.email, filter.email),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(users), ...part.place })
        .from(users)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(users).where(where),
  });
}

/** A person whom the caller may see. */
export async function findUserInScope(
  db: Queryable,
  id: UserId,
  scope: UserScope,
): Promise<User | undefined> {
  const [row] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, id), inUserScope(db, scope)));
  return row;
}

/** The person, held against other edits until the transaction ends. */
export async function lockUser(db: Queryable, id: UserId): Promise<User | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, id)).for("no key update");
  return row;
}

/** The site admins that can sign in, held until the transaction ends, so that the last one stays. */
export async function lockActiveAdmins(db: Queryable): Promise<UserId[]> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.isAdmin, true), eq(users.isActive, true)))
    .orderBy(asc(users.id))
    .for("no key update");
  return rows.map(({ id }) => id);
}

/** Saves an edit and counts it. */
export async function updateUserRow(
  db: Queryable,
  { id, isAdmin, isActive }: Omit<UpdateUser, "version">,
): Promise<User | undefined> {
  const [row] = await db
    .update(users)
    .set({ isAdmin, isActive, version: sql`${users.version} + 1` })
    .where(eq(users.id, id))
    .returning();
  return row;
}

export async function findUser(db: Queryable, id: UserId): Promise<User | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row;
}

function inUserScope(db: Queryable, scope: UserScope) {
  if (scope === "all") return undefined;
  const neighbour = db
    .select({ id: envUserPermissions.id })
    .from(envUserPermissions)
    .where(and(eq(envUserPermissions.userId, users.id), inEnvScope(envUserPermissions.envId, scope.envIds)));
  return or(eq(users.id, scope.self), exists(neighbour));
}
