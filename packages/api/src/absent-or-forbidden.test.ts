import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createSecret, EventFeed, type ServiceContext } from "@platz/services";
import { createTestWorld, insertTestResourceType, type TestWorld } from "@platz/services/testing";
import type { ApiContext } from "./context.ts";
import { apiContextOf } from "./testing/api-context.ts";
import { calls } from "./testing/calls.ts";
import { httpCaller } from "./testing/http-caller.ts";
import type { Call } from "./testing/prepared.ts";
import { apiContextOfToken, tokenOf } from "./testing/token-callers.ts";

let db: TestDatabase;
let feed: EventFeed;
beforeAll(async () => {
  db = await createTestDatabase();
  feed = EventFeed.start({ db, log: { info() {}, warn() {} } });
});
afterAll(async () => {
  await feed[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The same with ids of what does not exist, each id by the same one wherever it stands. */
function elsewhere(input: unknown): unknown {
  const ids = new Map<string, string>();
  const replaced = JSON.stringify(input).replace(uuid, (id) => {
    const other = ids.get(id) ?? crypto.randomUUID();
    ids.set(id, other);
    return other;
  });
  return JSON.parse(replaced);
}

/** What the last call was answered, without the ids that the caller has sent. */
async function answerTo(context: ApiContext, call: Call, change?: (input: unknown) => unknown) {
  const { api, last } = httpCaller(context, change);
  const isAllowed = await call(api).then(
    () => true,
    () => false,
  );
  const text = JSON.stringify(last() ?? "nothing was asked").replace(uuid, "<id>");
  return { isAllowed, text };
}

/** Everybody to whom what is in the env of the world does not exist. */
async function outsiders(world: TestWorld): Promise<Record<string, ApiContext>> {
  const { id } = await (await createTestWorld(db)).installed();
  const as = (context: ServiceContext) => apiContextOf(context, { feed });
  const narrowed = await tokenOf(db, world.siteAdmin, { envIds: [world.otherEnv.id] });
  return {
    bot: as(world.bot),
    stranger: as(world.stranger),
    "strange deployment": as(await world.as({ kind: "Deployment", id })),
    "a site admin's token for another env": apiContextOfToken(world, narrowed, feed),
  };
}

// What follows changes names nothing by its id.
const walked = Object.entries(calls).filter(([path]) => path !== "events.changes");
for (const [path, prepare] of walked) {
  test(`${path} answers whoever is outside of an env the same for what is there and for what is not`, async () => {
    const world = await createTestWorld(db);
    for (const [who, context] of Object.entries(await outsiders(world))) {
      const call = await prepare(world);
      const there = await answerTo(context, call);
      // Who may do it at all is told of absence; that is the truth.
      if (there.isAllowed) continue;
      expect(there.text).toContain('"status":4');
      const absent = await answerTo(context, call, elsewhere);
      expect(`${who}: ${there.text}`).toBe(`${who}: ${absent.text}`);
    }
  });
}

test("a secret that the token of a deployment does not reach is answered as one that is not there", async () => {
  const world = await createTestWorld(db);
  const { id } = await world.installed();
  const context = apiContextOf(await world.as({ kind: "Deployment", id }), { feed });
  const secret = await createSecret(world.envAdmin, {
    envId: world.env.id,
    collection: "c",
    name: "vault",
    contents: "x",
  });
  for (const call of [
    (api: Parameters<Call>[0]) => api.secrets.get({ id: secret.id }),
    (api: Parameters<Call>[0]) => api.secrets.usage({ id: secret.id }),
  ]) {
    const there = await answerTo(context, call);
    expect(there).toEqual(await answerTo(context, call, elsewhere));
    expect(there.text).toContain('"status":404');
  }
});

test("the items of every collection of an env are for its people: others are told that there is no such env", async () => {
  const world = await createTestWorld(db);
  const { key } = await insertTestResourceType(db, { envId: world.env.id, kindId: world.kind.id });
  const collections = ["secrets", "deployments", key, { deployment: world.kind.name, type: key }];
  for (const collection of collections) {
    const call: Call = (api) => api.collections.items({ envId: world.env.id, collection });
    for (const [who, context] of Object.entries(await outsiders(world))) {
      const there = await answerTo(context, call);
      const absent = await answerTo(context, call, elsewhere);
      expect(`${who}: ${there.text}`).toBe(`${who}: ${absent.text}`);
      expect(there.text).toContain('"status":404');
    }
    expect((await answerTo(apiContextOf(world.member, { feed }), call)).isAllowed).toBe(true);
  }
});
