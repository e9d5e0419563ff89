import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type BotId, Conflict, Forbidden, NotFound } from "@platz/domain";
import { desc, eq } from "drizzle-orm";
import { createBotToken } from "../bot-token/create.ts";
import { deleteBotToken } from "../bot-token/delete.ts";
import { listBotTokens } from "../bot-token/list.ts";
import { openContext } from "../context.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createDeploymentPermission } from "../deployment-permission/create.ts";
import { createEnvUserPermission } from "../env-user-permission/create.ts";
import { createTestWorld, type TestWorld, tasksOf } from "../testing.ts";
import { createBot } from "./create.ts";
import { deleteBot } from "./delete.ts";
import { getBot } from "./get.ts";
import { updateBot } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const newBot = () => createBot(world.siteAdmin, { displayName: "Release train" });
const actingAs = (id: BotId) => openContext(world.siteAdmin, { kind: "Bot", id });
const tokenOf = (botId: BotId) => ({ botId, name: "CI", expiresAt: null, readOnly: false, envIds: null });
const page = { page: 1, perPage: 500 };

test("a bot may do what is granted to it, under its own name, and nothing before", async () => {
  const { id: botId } = await newBot();
  const deployment = await world.installed();
  const disable = async () => {
    const { id, version } = deployment;
    return await updateDeployment(await actingAs(botId), { id, version, enabled: false });
  };
  await expect(disable()).rejects.toThrow(NotFound);
  const { id: envId } = world.env;
  await createEnvUserPermission(world.envAdmin, { envId, botId, role: "User" });
  await expect(disable()).rejects.toThrow(Forbidden);
  const { id: kindId } = world.kind;
  await createDeploymentPermission(world.envAdmin, { envId, kindId, botId, role: "Owner" });
  await disable();
  expect((await tasksOf(db, deployment.id)).at(-1)).toMatchObject({ actingBotId: botId, actingUserId: null });
  const [row] = await db
    .select()
    .from(auditLog)
    .where(eq(auditLog.entityId, deployment.id))
    .orderBy(desc(auditLog.seq));
  expect(row).toMatchObject({ actorKind: "Bot", actorId: botId, actorLabel: "bot Release train" });
});

test("a bot is renamed by whoever saw its present name, and only by site admins", async () => {
  const { id, version } = await newBot();
  const renamed = await updateBot(world.siteAdmin, { id, version, displayName: "Night train" });
  await expect(updateBot(world.siteAdmin, { id, version, displayName: "Slow train" })).rejects.toThrow(
    Conflict,
  );
  await expect(
    updateBot(world.envAdmin, { id, version: renamed.version, displayName: "Mine" }),
  ).rejects.toThrow(Forbidden);
  expect(await getBot(world.member, id)).toEqual(renamed);
});

test("a bot's token is shown once, and what lists it shows neither value nor hash", async () => {
  const { id } = await newBot();
  const { token, botToken } = await createBotToken(world.siteAdmin, tokenOf(id));
  const listed = await listBotTokens(world.siteAdmin, { botId: id, page });
  expect(listed.items).toEqual([botToken]);
  expect(JSON.stringify([listed, await db.select().from(auditLog)])).not.toContain(token.slice(-43));
  await deleteBotToken(world.siteAdmin, botToken.id);
  expect((await listBotTokens(world.siteAdmin, { botId: id, page })).items).toEqual([]);
  await expect(createBotToken(world.envAdmin, tokenOf(id))).rejects.toThrow(Forbidden);
});

test("a bot goes with its tokens and grants, and what it did keeps its name", async () => {
  const { id } = await newBot();
  await createBotToken(world.siteAdmin, tokenOf(id));
  await createEnvUserPermission(world.envAdmin, { envId: world.env.id, botId: id, role: "User" });
  await deleteBot(world.siteAdmin, id);
  expect((await listBotTokens(world.siteAdmin, { botId: id, page })).items).toEqual([]);
  await expect(actingAs(id)).rejects.toThrow("does not exist any more");
  const rows = await db.select().from(auditLog).where(eq(auditLog.entityId, id)).orderBy(desc(auditLog.seq));
  expect(rows[0]).toMatchObject({ entityLabel: "Release train" });
});
