import { afterAll, beforeAll, expect, test } from "bun:test";
import { createApiToken, createSigningSecret, issueAccessToken, parseApiToken } from "@platz/auth";
import { insertUserToken } from "@platz/db/queries/user-tokens";
import { bots, settings, users, userTokens } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type BotId, DeploymentId, type Identity, Unauthenticated, type UserId } from "@platz/domain";
import { eq } from "drizzle-orm";
import { resolveIdentity } from "./resolve-identity.ts";
import { signingSecretStore } from "./signing-secret-store.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const now = new Date("2026-06-01T12:00:00Z");
const later = (ms: number) => new Date(now.getTime() + ms);

function dependencies(at = now) {
  return { db, signingSecret: createSigningSecret(signingSecretStore(db)), now: () => at };
}

async function insertUser(isActive = true): Promise<UserId> {
  const email = `${crypto.randomUUID()}@platz.dev`;
  const [row] = await db.insert(users).values({ displayName: "U", email, isActive }).returning();
  return row?.id as UserId;
}

async function insertToken(userId: UserId, expiresAt: Date | null = null) {
  const { id, token, secretHash } = createApiToken();
  await insertUserToken(db, { id, userId, name: "test", expiresAt, secretHash });
  return token;
}

function apiToken(token: string) {
  const parsed = parseApiToken(token);
  if (parsed === undefined) throw new Error("not a token");
  return { kind: "api-token", ...parsed } as const;
}

async function accessToken(identity: Identity) {
  const secret = await dependencies().signingSecret.get();
  const { token } = await issueAccessToken(secret, identity, { ttlMs: 60_000, now });
  return { kind: "access-token", token } as const;
}

test("an API token is its owner's, and its use is noted to the minute", async () => {
  const userId = await insertUser();
  const token = await insertToken(userId);
  const lastUse = async () => {
    const [row] = await db.select().from(userTokens).where(eq(userTokens.userId, userId));
    return row?.lastUsedAt;
  };
  expect(await resolveIdentity(dependencies(), apiToken(token))).toEqual({ kind: "User", id: userId });
  expect(await lastUse()).toEqual(now);
  await resolveIdentity(dependencies(later(30_000)), apiToken(token));
  expect(await lastUse()).toEqual(now);
  await resolveIdentity(dependencies(later(61_000)), apiToken(token));
  expect(await lastUse()).toEqual(later(61_000));
});

test("a token that is revoked, expired, made up, or of a deactivated person lets nobody in", async () => {
  const userId = await insertUser();
  const token = await insertToken(userId, later(1000));
  await resolveIdentity(dependencies(), apiToken(token));
  await expect(resolveIdentity(dependencies(later(1000)), apiToken(token))).rejects.toThrow("has expired");
  const forged = `${token.slice(0, 22)}.${createApiToken().token.slice(23)}`;
  await expect(resolveIdentity(dependencies(), apiToken(forged))).rejects.toThrow(
    "not valid, or has been revoked",
  );
  const unknown = apiToken(createApiToken().token);
  await expect(resolveIdentity(dependencies(), unknown)).rejects.toThrow("not valid, or has been revoked");
  await db.update(users).set({ isActive: false }).where(eq(users.id, userId));
  await expect(resolveIdentity(dependencies(), apiToken(token))).rejects.toThrow("deactivated");
  await db.delete(userTokens).where(eq(userTokens.userId, userId));
  await expect(resolveIdentity(dependencies(), apiToken(token))).rejects.toThrow("revoked");
});

test("an access token counts only as long as its person is there and active", async () => {
  const userId = await insertUser();
  const credential = await accessToken({ kind: "User", id: userId });
  expect(await resolveIdentity(dependencies(), credential)).toEqual({ kind: "User", id: userId });
  await db.update(users).set({ isActive: false }).where(eq(users.id, userId));
  await expect(resolveIdentity(dependencies(), credential)).rejects.toThrow("deactivated");
  await db.delete(users).where(eq(users.id, userId));
  await expect(resolveIdentity(dependencies(), credential)).rejects.toThrow(Unauthenticated);
});

test("a bot counts as long as it exists, and so does a deployment", async () => {
  const [row] = await db.insert(bots).values({ displayName: "B" }).returning();
  const bot: Identity = { kind: "Bot", id: row?.id as BotId };
  const credential = await accessToken(bot);
  expect(await resolveIdentity(dependencies(), credential)).toEqual(bot);
  await db.delete(bots).where(eq(bots.id, bot.id));
  await expect(resolveIdentity(dependencies(), credential)).rejects.toThrow("does not exist any more");
  const gone = await accessToken({ kind: "Deployment", id: DeploymentId.parse(crypto.randomUUID()) });
  await expect(resolveIdentity(dependencies(), gone)).rejects.toThrow("does not exist any more");
});

test("processes that need the signing secret for the first time at once agree on one", async () => {
  await db.delete(settings).where(eq(settings.key, "jwt_secret"));
  const secrets = await Promise.all([1, 2, 3, 4].map(() => dependencies().signingSecret.get()));
  expect(new Set(secrets.map(String)).size).toBe(1);
});
