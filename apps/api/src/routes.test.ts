import { afterAll, beforeAll, expect, test } from "bun:test";
import { permissionMatrix, type Route, routeMatrix } from "@platz/api";
import { createApiToken, createSigningKeys, issueDeploymentToken } from "@platz/auth";
import { deleteUserTokenRow, insertUserToken } from "@platz/db/queries/user-tokens";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { UserId, type UserToken, UserTokenId } from "@platz/domain";
import { listAudit, type ServiceContext, signingKeyStore, updateUser } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let db: TestDatabase;
let world: TestWorld;
let api: TestApi;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  api = await startTestApi(db);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

async function tokenOf({ identity }: ServiceContext, more: Partial<UserToken> = {}) {
  const { id, token, secretHash } = createApiToken();
  await insertUserToken(db, {
    id: UserTokenId.parse(id),
    userId: UserId.parse(identity.id),
    name: "t",
    readOnly: false,
    envIds: null,
    expiresAt: null,
    secretHash,
    ...more,
  });
  return { id: UserTokenId.parse(id), token };
}

async function deploymentToken(): Promise<string> {
  const { id } = await world.installed();
  const { keyring, now } = world.siteAdmin;
  const keys = createSigningKeys(signingKeyStore({ db, keyring, now }, "access"));
  return (await issueDeploymentToken(keys, id, { ttlMs: 60_000, now: now() })).token;
}

/** Everybody who may come to a route, by what they bring. */
async function callers() {
  const revoked = await tokenOf(world.siteAdmin);
  await deleteUserTokenRow(db, revoked.id);
  const past = new Date(Date.now() - 1000);
  return {
    nobody: undefined,
    expired: (await tokenOf(world.siteAdmin, { expiresAt: past })).token,
    revoked: revoked.token,
    deployment: await deploymentToken(),
    member: (await tokenOf(world.member)).token,
    narrowed: (await tokenOf(world.siteAdmin, { envIds: [world.otherEnv.id] })).token,
    "read only": (await tokenOf(world.siteAdmin, { readOnly: true })).token,
    "site admin": (await tokenOf(world.siteAdmin)).token,
  };
}
type Who = keyof Awaited<ReturnType<typeof callers>>;

const forAll = (status: number): Readonly<Record<Who, number>> => ({
  nobody: status,
  expired: status,
  revoked: status,
  deployment: status,
  member: status,
  narrowed: status,
  "read only": status,
  "site admin": status,
});

/** How each route answers each of them. A route that is missing here does not compile. */
const answers: Readonly<Record<Route, Readonly<Record<Who, number>>>> = {
  "GET /.well-known/jwks.json": forAll(200),
  "GET /audit/export": {
    ...forAll(200),
    nobody: 401,
    expired: 401,
    revoked: 401,
    deployment: 403,
  },
  // Whoever comes without what the provider gives is not signed in by it.
  "GET /auth/google/callback": forAll(401),
  // The provider of this test is nowhere.
  "GET /auth/login": forAll(503),
  "GET /metrics": forAll(200),
  "GET /ready": forAll(200),
  "GET /status": forAll(200),
  // Nobody is signed out already; a token belongs to no session; one that may only look may not even try.
  "POST /auth/logout": { ...forAll(412), nobody: 204, expired: 204, revoked: 204, "read only": 403 },
};

for (const route of Object.keys(routeMatrix) as Route[]) {
  test(`${route} is for "${routeMatrix[route]}", whatever one brings`, async () => {
    const [method = "", path = ""] = route.split(" ");
    for (const [who, token] of Object.entries(await callers())) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${api.url}${path}`, { method, headers, redirect: "manual" });
      await response.arrayBuffer();
      expect(`${who}: ${response.status}`).toBe(`${who}: ${answers[route][who as Who]}`);
    }
  });
}

test("an export is for whoever may list the audit log, and who is refused stands in it", async () => {
  expect(routeMatrix["GET /audit/export"]).toBe(permissionMatrix["audit.list"]);
  const headers = { authorization: `Bearer ${await deploymentToken()}` };
  const response = await fetch(`${api.url}/audit/export`, { headers });
  expect(await response.json()).toEqual({ message: "A deployment may not do this." });
  const { items } = await listAudit(world.siteAdmin, { outcome: "Denied", page: { page: 1, perPage: 1 } });
  expect(items).toMatchObject([{ actorKind: "Deployment", action: "GET /audit/export" }]);
});

test("an export breaks off when its token is revoked, and when its reader loses the right", async () => {
  const label = `x${"y".repeat(2000)}`;
  await db.$client`insert into audit_log (actor_label, action, outcome)
    select ${label}, 'a' || n, 'Done' from generate_series(1, 20000) n`;
  const admin = await world.person(true);
  const asAdmin = await world.as({ kind: "User", id: admin.id });
  const endings: readonly (readonly [string, (token: UserTokenId) => Promise<unknown>])[] = [
    ["revoked", (id) => deleteUserTokenRow(db, id)],
    [
      "deactivated",
      () => updateUser(world.siteAdmin, { id: admin.id, version: admin.version, isActive: false }),
    ],
  ];
  for (const [, end] of endings) {
    const { id, token } = await tokenOf(asAdmin);
    const { body } = await fetch(`${api.url}/audit/export`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = body?.getReader();
    if (!reader) throw new Error("no body");
    let bytes = (await reader.read()).value?.length ?? 0;
    await end(id);
    const rest = async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length;
    };
    // Broken off, so that nobody takes what came for the whole log.
    await expect(rest()).rejects.toThrow();
    expect(bytes).toBeLessThan(20_000 * label.length * 0.75);
  }
});
