import { afterAll, beforeAll, expect, test } from "bun:test";
import { createApiToken, createSigningKeys, issueAccessToken, parseApiToken } from "@platz/auth";
import { insertBotToken } from "@platz/db/queries/bot-tokens";
import { insertSession } from "@platz/db/queries/sessions";
import { insertUserToken } from "@platz/db/queries/user-tokens";
import { rateLimits, sessions, signingKeys, users, userTokens } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  type BotId,
  BotTokenId,
  DeploymentId,
  type EnvId,
  SessionId,
  TooManyRequests,
  Unauthenticated,
  type UserId,
  UserTokenId,
} from "@platz/domain";
import { eq } from "drizzle-orm";
import { openContext } from "../context.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { authenticate } from "./authenticate.ts";
import { type CredentialGrant, wholeGrant } from "./credential-grant.ts";
import { resolveIdentity } from "./resolve-identity.ts";
import { publishedKeys, rotateSigningKeys, signingKeyStore } from "./signing-key-store.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const start = new Date("2026-06-01T12:00:00Z");
const later = (ms: number) => new Date(start.getTime() + ms);

function dependencies(at = start) {
  const now = () => at;
  const { keyring } = world.owner;
  return { db, accessKeys: createSigningKeys(signingKeyStore({ db, keyring, now }, "access")), now };
}

const ownerId = () => world.owner.identity.id as UserId;
const resolve = (token: string, at = start) => resolveIdentity(dependencies(at), apiToken(token));

interface Narrowing {
  readonly expiresAt?: Date;
  readonly readOnly?: boolean;
  readonly envIds?: EnvId[];
}

async function insertToken({ expiresAt, readOnly = false, envIds }: Narrowing = {}) {
  const { id, token, secretHash } = createApiToken();
  const narrowing = { expiresAt: expiresAt ?? null, readOnly, envIds: envIds ?? null };
  await insertUserToken(db, {
    id: UserTokenId.parse(id),
    userId: ownerId(),
    name: "t",
    secretHash,
    ...narrowing,
  });
  return token;
}

function apiToken(token: string) {
  const parsed = parseApiToken(token);
  if (parsed === undefined) throw new Error("not a token");
  return { kind: "api-token", ...parsed } as const;
}

async function newSession(secretHash: string | null = null) {
  const id = SessionId.parse(crypto.randomUUID());
  const kind = secretHash === null ? "program" : "browser";
  await insertSession(db, { id, userId: ownerId(), kind, secretHash, expiresAt: later(60_000) }, start);
  return id;
}

test("a token lets its owner in, and its use is noted once a minute", async () => {
  const token = await insertToken();
  const { id } = apiToken(token);
  const lastUse = async () => {
    const [row] = await db
      .select()
      .from(userTokens)
      .where(eq(userTokens.id, id as UserTokenId));
    return row?.lastUsedAt;
  };
  expect(await resolve(token)).toEqual({
    identity: { kind: "User", id: ownerId() },
    grant: { kind: "token", sessionId: null, tokenId: id as UserTokenId, readOnly: false, envIds: null },
    expiresAt: null,
  });
  expect(await lastUse()).toEqual(start);
  await resolve(token, later(30_000));
  expect(await lastUse()).toEqual(start);
  await resolve(token, later(61_000));
  expect(await lastUse()).toEqual(later(61_000));
});

test("a token of a bot lets the bot in", async () => {
  const { id, token, secretHash } = createApiToken();
  const botId = world.bot.identity.id as BotId;
  await insertBotToken(db, {
    id: BotTokenId.parse(id),
    botId,
    createdByUserId: null,
    name: "t",
    expiresAt: null,
    readOnly: true,
    envIds: null,
    secretHash,
  });
  const { identity, grant } = await resolve(token);
  expect(identity).toEqual({ kind: "Bot", id: botId });
  expect(grant.readOnly).toBe(true);
});

test("a token that has expired, is forged, unknown or revoked lets nobody in", async () => {
  const token = await insertToken({ expiresAt: later(1000) });
  await resolve(token);
  await expect(resolve(token, later(1000))).rejects.toThrow("has expired");
  const forged = `${token.slice(0, -43)}${createApiToken().token.slice(-43)}`;
  await expect(resolve(forged)).rejects.toThrow("not valid, or has been revoked");
  await expect(resolve(createApiToken().token)).rejects.toThrow("not valid, or has been revoked");
  await db.delete(userTokens).where(eq(userTokens.id, apiToken(token).id as UserTokenId));
  await expect(resolve(token)).rejects.toThrow("revoked");
});

test("a token never sees or governs more than its owner, and less when it is narrowed", async () => {
  const { env, siteAdmin, envAdmin } = world;
  const narrow = (envIds: EnvId[]): CredentialGrant => ({ ...wholeGrant, kind: "token", envIds });
  const ofAdmin = await openContext(siteAdmin, siteAdmin.identity, narrow([env.id]));
  expect(ofAdmin.scope).toMatchObject({ envs: [env.id], adminOf: [env.id], isSiteAdmin: false });
  const foreign = await openContext(envAdmin, envAdmin.identity, narrow([world.otherEnv.id]));
  expect(foreign.scope).toMatchObject({ envs: [], adminOf: [], isSiteAdmin: false });
});

test("a person's access token ends with its session", async () => {
  const sessionId = await newSession();
  const { token } = await issueAccessToken(
    dependencies().accessKeys,
    { identity: { kind: "User", id: ownerId() }, sessionId },
    { ttlMs: 120_000, now: start },
  );
  const credential = { kind: "access-token", token } as const;
  const { identity, grant } = await resolveIdentity(dependencies(), credential);
  expect(identity).toEqual({ kind: "User", id: ownerId() });
  expect(grant).toMatchObject({ kind: "session", sessionId });
  await expect(resolveIdentity(dependencies(later(61_000)), credential)).rejects.toThrow("signed out");
  await db.delete(sessions).where(eq(sessions.id, sessionId));
  await expect(resolveIdentity(dependencies(), credential)).rejects.toThrow("signed out");
});

test("a browser's session needs its secret, and that of a program has none that would fit", async () => {
  const { secretHash } = createApiToken();
  const browser = await newSession(secretHash);
  const program = await newSession();
  const show = (id: SessionId, secretHash: string) =>
    resolveIdentity(dependencies(), { kind: "session", id, secretHash });
  expect((await show(browser, secretHash)).grant.sessionId).toBe(browser);
  await expect(show(browser, createApiToken().secretHash)).rejects.toThrow(Unauthenticated);
  await expect(show(program, secretHash)).rejects.toThrow(Unauthenticated);
});

test("an access token of a person without a session, or of what is gone, lets nobody in", async () => {
  const { accessKeys } = dependencies();
  const validity = { ttlMs: 60_000, now: start };
  const old = await issueAccessToken(accessKeys, { identity: { kind: "User", id: ownerId() } }, validity);
  await expect(resolveIdentity(dependencies(), { kind: "access-token", token: old.token })).rejects.toThrow(
    "signed out",
  );
  const gone = { kind: "Deployment", id: DeploymentId.parse(crypto.randomUUID()) } as const;
  await expect(openContext(world.owner, gone)).rejects.toThrow("is gone");
});

const attempt = (token: string, address: string, at = start) =>
  authenticate(dependencies(at), apiToken(token), address);
const wrongFor = (right: string) => `${right.slice(0, -43)}${createApiToken().token.slice(-43)}`;

test("whoever tries many wrong secrets is stopped for a while, also after a restart, and right ones never are", async () => {
  await db.delete(rateLimits);
  const right = await insertToken();
  const wrong = wrongFor(right);
  for (let count = 0; count < 20; count += 1) {
    await expect(attempt(wrong, "192.0.2.1")).rejects.toThrow(Unauthenticated);
  }
  await expect(attempt(wrong, "192.0.2.1")).rejects.toThrow(TooManyRequests);
  expect((await attempt(right, "192.0.2.1")).identity.id).toBe(ownerId());
  await expect(attempt(wrong, "192.0.2.2")).rejects.toThrow(Unauthenticated);
  await expect(attempt(wrong, "192.0.2.1", later(60_001))).rejects.toThrow(Unauthenticated);
});

test("an address that tries many credentials is stopped, whatever it shows that is wrong, and nobody behind it", async () => {
  await db.delete(rateLimits);
  const key = "wrong-credential:address:192.0.2.7";
  await db.insert(rateLimits).values({ key, count: 300, windowEndsAt: later(30_000) });
  const expired = await insertToken({ expiresAt: later(-1) });
  const revoked = await insertToken();
  await db.delete(userTokens).where(eq(userTokens.id, apiToken(revoked).id as UserTokenId));
  for (const wrong of [expired, revoked, createApiToken().token, wrongFor(expired)]) {
    await expect(attempt(wrong, "192.0.2.7")).rejects.toThrow("wait 30 seconds");
  }
  const access = { kind: "access-token", token: "a.b.c" } as const;
  await expect(authenticate(dependencies(), access, "192.0.2.7")).rejects.toThrow("wait 30 seconds");
  expect((await attempt(await insertToken(), "192.0.2.7")).identity.id).toBe(ownerId());
  // Tokens that it makes up leave nothing behind.
  expect(await db.select({ key: rateLimits.key }).from(rateLimits)).toEqual([{ key }]);
});

test("all addresses of one /64 of IPv6 count as one", async () => {
  await db.delete(rateLimits);
  const wrong = createApiToken().token;
  for (let count = 1; count <= 20; count += 1) {
    await expect(attempt(wrong, `2001:db8:0:7::${count}`)).rejects.toThrow(Unauthenticated);
  }
  await expect(attempt(wrong, "2001:db8:0:7:ffff::1")).rejects.toThrow(TooManyRequests);
  await expect(attempt(wrong, "2001:db8:0:8::1")).rejects.toThrow(Unauthenticated);
});

test("the token of a person who was deactivated is a wrong one", async () => {
  await db.delete(rateLimits);
  const token = await insertToken();
  await db.update(users).set({ isActive: false }).where(eq(users.id, ownerId()));
  for (let count = 0; count < 20; count += 1) {
    await expect(attempt(token, "192.0.2.9")).rejects.toThrow(Unauthenticated);
  }
  await expect(attempt(token, "192.0.2.9")).rejects.toThrow(TooManyRequests);
  await db.update(users).set({ isActive: true }).where(eq(users.id, ownerId()));
});

test("processes that need the first key at once agree on one, and it is stored sealed", async () => {
  await db.delete(signingKeys);
  const keys = await Promise.all([1, 2, 3, 4].map(() => dependencies().accessKeys.current()));
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  const [row] = await db.select().from(signingKeys);
  expect(row?.sealedKey).toMatch(/^platz1\./);
});

test("a rotation signs nobody out, and a revocation everybody", async () => {
  const sessionId = await newSession();
  const subject = { identity: { kind: "User", id: ownerId() }, sessionId } as const;
  const { token } = await issueAccessToken(dependencies().accessKeys, subject, { ttlMs: 60_000, now: start });
  const credential = { kind: "access-token", token } as const;
  const ring = { db, keyring: world.owner.keyring, now: () => start };
  expect(await rotateSigningKeys(ring, "access", { revoke: false })).toBe(1);
  expect((await resolveIdentity(dependencies(), credential)).identity.id).toBe(ownerId());
  await rotateSigningKeys(ring, "access", { revoke: true });
  await expect(resolveIdentity(dependencies(), credential)).rejects.toThrow(Unauthenticated);
});

test("the published keys are those that may have signed a request, without their secrets", async () => {
  const ring = { db, keyring: world.owner.keyring, now: () => start };
  await rotateSigningKeys(ring, "outgoing", { revoke: false });
  await rotateSigningKeys(ring, "outgoing", { revoke: false });
  const { keys } = await publishedKeys(ring);
  expect(keys).toHaveLength(2);
  expect(JSON.stringify(keys)).not.toContain('"d"');
  expect((await publishedKeys({ db, now: () => later(9 * 24 * 3600 * 1000) })).keys).toHaveLength(1);
});
