import { afterAll, beforeEach, expect, test } from "bun:test";
import { auditLog, deployments, deploymentTasks, settings } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { DeploymentId, FieldChanges, HelmChartId, JsonObject } from "@platz/domain";
import { createKeyRing } from "@platz/sealing";
import { eq } from "drizzle-orm";
import { getDeployment } from "../deployment/get.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTestWorld, insertTestChart, type TestWorld, tasksOf } from "../testing.ts";
import { sealPast } from "./seal-past.ts";

let db: TestDatabase;
let world: TestWorld;
const opened: TestDatabase[] = [];
beforeEach(async () => {
  db = await createTestDatabase();
  opened.push(db);
  world = await createTestWorld(db);
});
afterAll(async () => {
  for (const each of opened) await each[Symbol.asyncDispose]();
});

const secret = 'hunter2 "very" secret';
const formOf = (sensitive: boolean) => ({
  inputs: ["password", "passphrase", "user"].map((id) => ({
    id,
    type: "text",
    label: id,
    sensitive: sensitive && id === "password",
  })),
  outputs: { values: [] },
});

/** What it took before: an upgrade to a chart that does not call the input sensitive, written in the open everywhere. */
async function leaky(config: JsonObject = { password: secret, user: "admin" }) {
  const strict = await insertTestChart(db, world.kind.id, { valuesUi: formOf(true) });
  const loose = await insertTestChart(db, world.kind.id, { valuesUi: formOf(false) });
  const { id } = await world.installed({
    helmChartId: strict.id,
    config: { password: secret, user: "admin" },
  });
  await writeOpen(id, loose.id, {
    config,
    delta: { password: [secret, config["password"] ?? null] },
    audited: { config: { before: { password: "(secret)", user: "admin" }, after: config } },
  });
  return { id, strict, loose };
}

interface Open {
  readonly config: JsonObject;
  readonly delta: JsonObject;
  readonly audited: FieldChanges;
}
async function writeOpen(id: DeploymentId, helmChartId: HelmChartId, { config, delta, audited }: Open) {
  await db
    .update(deployments)
    .set({ config, helmChartId, confidential: false })
    .where(eq(deployments.id, id));
  const [task] = await tasksOf(db, id);
  if (!task) throw new Error("no task");
  const { id: _, seq: __, ...row } = task;
  await db.insert(deploymentTasks).values({
    ...row,
    operation: {
      kind: "Upgrade",
      helmChartId,
      prevHelmChartId: null,
      configInputs: config,
      configDelta: delta as never,
      valuesOverride: {},
    },
  });
  await db.insert(auditLog).values({
    actorLabel: "somebody",
    action: "deployments.update",
    outcome: "Done",
    entity: "deployments",
    entityId: id,
    changes: audited,
  });
}

const everything = async () =>
  JSON.stringify([
    await db.select().from(deployments),
    await db.select().from(deploymentTasks),
    await db.select().from(auditLog),
  ]);
const lines: string[] = [];
const log = {
  info: (fields: object, text: string) => lines.push(`${text} ${JSON.stringify(fields)}`),
  warn: (fields: object, text: string) => lines.push(`${text} ${JSON.stringify(fields)}`),
};
const run = (more: Parameters<typeof sealPast>[1] = {}) =>
  sealPast({ db, keyring: world.keyring, log }, more);

test("what earlier upgrades wrote in the open is sealed and redacted, counted, and opens as before", async () => {
  const { id } = await leaky();
  const escaped = JSON.stringify(secret).slice(1, -1);
  expect(await everything()).toContain(escaped);
  expect(await run()).toEqual({ deployments: 1, tasks: 1, auditEntries: 1 });
  expect(lines.at(-1)).toContain('"deployments":1,"tasks":1,"auditEntries":1');
  expect(await everything()).not.toContain("hunter2");
  expect((await getDeployment(world.owner, id)).config).toEqual({ password: secret, user: "admin" });
  const shown = await getDeployment(world.member, id);
  expect(shown).toMatchObject({ config: { user: "admin" }, hidden: ["config.password"] });
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  expect(row?.confidential).toBe(true);
});

test("it is done once, whoever starts, and costs nothing afterwards", async () => {
  await leaky();
  const counts = (await Promise.all([run(), run()])).filter((each) => each !== undefined);
  expect(counts).toEqual([{ deployments: 1, tasks: 1, auditEntries: 1 }]);
  expect(await run()).toBeUndefined();
  expect(await run({ again: true })).toEqual({ deployments: 0, tasks: 0, auditEntries: 0 });
});

test("it goes on where it was broken off", async () => {
  for (let n = 0; n < 30; n++) await world.installed();
  await leaky();
  const stop = new AbortController();
  const stopping = Object.assign(Object.create(db), {
    transaction: (work: Parameters<typeof db.transaction>[0]) => {
      stop.abort();
      return db.transaction(work);
    },
  });
  await sealPast({ db: stopping, keyring: world.keyring, log }, { signal: stop.signal });
  const [kept] = await db.select().from(settings).where(eq(settings.key, "sealed past"));
  expect(JSON.parse(kept?.value ?? "{}")).toMatchObject({ phase: "deployments" });
  await run();
  expect(await everything()).not.toContain("hunter2");
});

test("a value under a name that came later is sealed, and one that somebody entered anew under the later form is not", async () => {
  const renamed = await leaky({ passphrase: secret, user: "admin" });
  const entered = await leaky({ password: "for everybody", user: "admin" });
  await run();
  expect((await getDeployment(world.member, renamed.id)).hidden).toEqual(["config.passphrase"]);
  expect((await getDeployment(world.member, entered.id)).config).toMatchObject({ password: "for everybody" });
  expect(await everything()).not.toContain("hunter2");
});

test("of a deployment that is gone, the log loses what it hides on one side of a change, wherever it stands", async () => {
  const { id } = await leaky();
  await db.insert(auditLog).values({
    actorLabel: "somebody",
    action: "deployments.update",
    outcome: "Done",
    entity: "deployments",
    entityId: id,
    changes: { config: { before: { password: secret, user: "a" }, after: { password: secret, user: "b" } } },
  });
  await db.update(deployments).set({ revisionId: null }).where(eq(deployments.id, id));
  await db.delete(deployments).where(eq(deployments.id, id));
  expect(await run()).toEqual({ deployments: 0, tasks: 0, auditEntries: 2 });
  expect(await everything()).not.toContain("hunter2");
});

test("what cannot be opened is said, stops nothing else, and is looked at again at the next start", async () => {
  const { id } = await world.installed({ config: { size: 1, pin: "p-4711" } });
  await leaky();
  const without = createKeyRing(`other:${btoa("o".repeat(32))}`);
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  const place = `deployments/${id}/inputs`;
  await db
    .update(deployments)
    .set({ config: { ...row?.config, pin: { $sealed: await without.seal('"x"', place) } } })
    .where(eq(deployments.id, id));
  expect(await run()).toEqual({ deployments: 1, tasks: 1, auditEntries: 1 });
  expect(lines.join("\n")).toContain(id);
  expect(await run()).toEqual({ deployments: 0, tasks: 0, auditEntries: 0 });
});

test("an upgrade that is made now leaves nothing to be sealed", async () => {
  const strict = await insertTestChart(db, world.kind.id, { valuesUi: formOf(true) });
  const loose = await insertTestChart(db, world.kind.id, { valuesUi: formOf(false) });
  const { id, version } = await world.installed({ helmChartId: strict.id, config: { password: secret } });
  await updateDeployment(world.owner, { id, version, helmChartId: loose.id });
  expect(await run()).toEqual({ deployments: 0, tasks: 0, auditEntries: 0 });
});
