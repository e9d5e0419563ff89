import type { EnvId, Page, PageRequest, User, UserId } from "@platz/domain";
import { and, asc, count, eq, exists, or } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { envUserPermissions, users } from "../schema/index.ts";
import { inEnvScope } from "./env-scope.ts";
import { containing, matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

export interface UserFilter {
  readonly isActive?: boolean | undefined;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
}

/** Whom a caller may see: everybody, or oneself and the people of these envs. */
export type UserScope = "all" | { readonly self: UserId; readonly envIds: readonly EnvId[] };

export async function listUsers(
  db: Queryable,
  scope: UserScope,
  { filter, page }: { readonly filter: UserFilter; readonly page: PageRequest },
): Promise<Page<User>> {
  const where = and(
    inUserScope(db, scope),
    matching(users.isActive, filter.isActive),
    containing(users.displayName, filter.displayName),
    containing(users.email, filter.email),
  );
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select()
        .from(users)
        .where(where)
        .orderBy(asc(users.createdAt), asc(users.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(users).where(where),
  });
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
