import type { EnvUserPermission, User, UserId } from "@platz/domain";
import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { envs, envUserPermissions, userIdentities, users } from "../schema/index.ts";

/** Who a person is to an OpenID provider. */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Makes sign-ins of one e-mail address take turns until the end of the transaction. */
export async function lockEmail(db: Queryable, email: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`platz sign-in ${email}`}, 0))`);
}

export async function findUserByIdentity(
  db: Queryable,
  identity: ProviderIdentity,
): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(userIdentities)
    .innerJoin(users, eq(users.id, userIdentities.userId))
    .where(and(eq(userIdentities.issuer, identity.issuer), eq(userIdentities.subject, identity.subject)));
  return row?.user;
}

/** E-mail addresses are the same whatever their case. */
export async function findUserByEmail(db: Queryable, email: string): Promise<User | undefined> {
  const [row] = await db.select().from(users).where(sql`lower(${users.email}) = lower(${email})`);
  return row;
}

/** Whether a person is known to this issuer already, under whatever subject. */
export async function hasIdentityOf(db: Queryable, userId: UserId, issuer: string): Promise<boolean> {
  const rows = await db
    .select({ id: userIdentities.id })
    .from(userIdentities)
    .where(and(eq(userIdentities.userId, userId), eq(userIdentities.issuer, issuer)))
    .limit(1);
  return rows.length > 0;
}

export async function insertUserIdentity(
  db: Queryable,
  userId: UserId,
  { issuer, subject }: ProviderIdentity,
): Promise<{ readonly id: string }> {
  const [row] = await db
    .insert(userIdentities)
    .values({ userId, issuer, subject })
    .returning({ id: userIdentities.id });
  if (!row) throw new Error("an insert returned no row");
  return row;
}

export async function insertUser(
  db: Queryable,
  user: Pick<User, "displayName" | "email" | "isAdmin" | "isActive">,
): Promise<User> {
  const [row] = await db.insert(users).values(user).returning();
  if (!row) throw new Error("an insert returned no row");
  return row;
}

export async function setDisplayName(db: Queryable, userId: UserId, displayName: string): Promise<void> {
  await db.update(users).set({ displayName }).where(eq(users.id, userId));
}

/** Lets a new person into every env that takes new people by itself, as a user; gives the rights that this made. */
export async function addToAutoAddEnvs(db: Queryable, userId: UserId): Promise<EnvUserPermission[]> {
  const open = await db.select({ envId: envs.id }).from(envs).where(eq(envs.autoAddNewUsers, true));
  if (open.length === 0) return [];
  const rows = open.map(({ envId }) => ({ envId, userId, role: "User" as const }));
  return await db.insert(envUserPermissions).values(rows).onConflictDoNothing().returning();
}
