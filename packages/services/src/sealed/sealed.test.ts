import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, deploymentTasks, secrets, signingKeys } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type DeploymentId, Invalid } from "@platz/domain";
import { asSealed, createKeyRing } from "@platz/sealing";
import { eq } from "drizzle-orm";
import { getDeployment } from "../deployment/get.ts";
import { updateDeployment } from "../deployment/update.ts";
import { buildHelmValues } from "../deployment/values/build-helm-values.ts";
import { getDeploymentTask } from "../deployment-task/get.ts";
import { listDeploymentTasks } from "../deployment-task/list.ts";
import { requestDeploymentTask } from "../deployment-task/request.ts";
import { rotateSigningKeys } from "../identity/signing-key-store.ts";
import { createSecret } from "../secret/create.ts";
import { createTestWorld, insertTestChart, type TestWorld, tasksOf } from "../testing.ts";
import { rotateSealed } from "./rotate-sealed.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const pin = "xyzzy-4711";
const override = { app: { token: "plugh-0815" } };

async function deployed() {
  const { id, version } = await world.installed({ config: { size: 1, pin } });
  return await updateDeployment(world.owner, { id, version, valuesOverride: override });
}

/** Everything that the database holds of a deployment, as text. */
async function storedText(id: DeploymentId): Promise<string> {
  const rows = await db.select().from(deployments).where(eq(deployments.id, id));
  return JSON.stringify([rows, await tasksOf(db, id)]);
}

test("sensitive inputs and overrides are sealed in the database, in the deployment and in its tasks", async () => {
  const { id } = await deployed();
  const text = await storedText(id);
  expect(text).toContain('"$sealed":"platz1.');
  for (const secret of [pin, "plugh-0815"]) expect(text).not.toContain(secret);
  expect(text).toContain('"size":1');
});

test("who may change a deployment reads its secrets, and others do not", async () => {
  const { id } = await deployed();
  const whole = await getDeployment(world.maintainer, id);
  expect(whole).toMatchObject({ config: { size: 1, pin }, valuesOverride: override, hidden: [] });
  const rest = await getDeployment(world.member, id);
  expect(rest).toMatchObject({
    config: { size: 1 },
    valuesOverride: {},
    hidden: ["config.pin", "valuesOverride"],
  });
  expect(JSON.stringify(rest)).not.toContain("$sealed");
});

test("Helm is given the opened inputs", async () => {
  const { id } = await deployed();
  const task = (await tasksOf(db, id)).at(-1);
  if (!task) throw new Error("no task");
  const values = await buildHelmValues(world.owner, await getStored(task.id));
  expect(values.valuesOverride).toEqual(override);
  expect(values.confidential).toContain(pin);
});

async function getStored(id: Parameters<typeof getDeploymentTask>[1]) {
  const [row] = await db.select().from(deploymentTasks).where(eq(deploymentTasks.id, id));
  if (!row) throw new Error("no task");
  return row;
}

test("a task shows its inputs to those who may change the deployment, and no secret in what changed", async () => {
  const before = await deployed();
  const { id } = await updateDeployment(world.owner, {
    id: before.id,
    version: before.version,
    config: { size: 2, pin: "other-1147" },
  });
  const page = { page: 1, perPage: 1 };
  const { items } = await listDeploymentTasks(world.owner, { deploymentId: id, showFuture: true, page });
  const task = await getDeploymentTask(world.owner, items[0]?.id as never);
  expect(task.operation).toMatchObject({
    kind: "Upgrade",
    configInputs: { size: 2, pin: "other-1147" },
    configDelta: { size: [1, 2], pin: ["(secret)", "(secret)"] },
  });
  const hidden = await getDeploymentTask(world.member, task.id);
  expect(hidden.operation).toMatchObject({ configInputs: {}, configDelta: null });
});

test("an edit that changes nothing leaves what is sealed as it is, and asks for no task", async () => {
  const { id, version } = await deployed();
  const stored = async () => {
    const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
    return [row?.config, row?.valuesOverride];
  };
  const [before, tasks] = [await stored(), (await tasksOf(db, id)).length];
  await updateDeployment(world.owner, { id, version, config: { size: 1, pin }, valuesOverride: override });
  expect(await stored()).toEqual(before);
  expect((await tasksOf(db, id)).length).toBe(tasks);
});

test("a chart that calls another input sensitive has it sealed by the edit that brings the chart", async () => {
  const { id, version } = await world.installed({ config: { size: 3, note: "quux-note" } });
  const valuesUi = {
    apiVersion: "platz.io/v1beta1",
    kind: "ValuesUi",
    inputs: [
      { id: "size", type: "number", label: "Size", required: true },
      { id: "note", type: "text", label: "Note", sensitive: true },
    ],
    outputs: { values: [] },
  };
  const chart = await insertTestChart(db, world.kind.id, { valuesUi });
  await updateDeployment(world.owner, { id, version, helmChartId: chart.id });
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  expect(JSON.stringify(row)).not.toContain("quux-note");
  expect((await getDeployment(world.owner, id)).config).toEqual({ size: 3, note: "quux-note" });
});

test("nobody can hand in something sealed to have it opened", async () => {
  const { id, version } = await deployed();
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  const stolen = { size: 1, note: row?.config["pin"] } as never;
  const refused = updateDeployment(world.owner, { id, version, config: stolen });
  await expect(refused).rejects.toThrow(Invalid);
  await expect(refused).rejects.toThrow('config: must not hold an object with the key "$sealed"');
  await expect(
    requestDeploymentTask(world.owner, {
      deploymentId: id,
      operation: { kind: "InvokeAction", actionId: "wipe", body: [stolen] },
    }),
  ).rejects.toThrow("$sealed");
});

test("a rotation seals everything anew, so that the old key can go, and changes no content", async () => {
  const { id } = await deployed();
  await createSecret(world.envAdmin, { envId: world.env.id, collection: "c", name: "n", contents: "s3" });
  const old = world.owner.keyring;
  await rotateSigningKeys({ db, keyring: old, now: () => new Date() }, "outgoing", { revoke: false });
  const oldKeys = `test:${btoa("k".repeat(32))}`;
  const newKeys = `new:${btoa("n".repeat(32))}`;
  const both = createKeyRing(`${newKeys},${oldKeys}`);
  const counts = await rotateSealed({ db, keyring: both });
  for (const [table, count] of Object.entries(counts)) {
    if (table !== "deployment_resources") expect(count).toBeGreaterThan(0);
  }
  expect(await rotateSealed({ db, keyring: both })).toEqual({
    secrets: 0,
    signing_keys: 0,
    deployments: 0,
    deployment_resources: 0,
    deployment_tasks: 0,
  });
  const rows = [
    await db.select().from(secrets),
    await db.select().from(signingKeys),
    await db.select().from(deployments),
    await db.select().from(deploymentTasks),
  ];
  expect(JSON.stringify(rows)).not.toContain("platz1.test.");
  const keyring = createKeyRing(newKeys);
  const shown = await getDeployment({ ...world.owner, keyring }, id);
  expect(shown).toMatchObject({ config: { size: 1, pin }, valuesOverride: override });
});

test("a rotation never overwrites what somebody writes meanwhile, and seals that anew too", async () => {
  const oldKeys = `test:${btoa("k".repeat(32))}`;
  const both = createKeyRing(`second:${btoa("s".repeat(32))},new:${btoa("n".repeat(32))},${oldKeys}`);
  const { id } = await createSecret(world.envAdmin, {
    envId: world.env.id,
    collection: "c",
    name: "r",
    contents: "1",
  });
  const place = `secrets/${id}/contents`;
  let isWritten = false;
  const racing: typeof both = {
    ...both,
    needsRotation: (sealed) => both.needsRotation(sealed),
    seal: (text, at) => both.seal(text, at),
    async open(sealed, at) {
      const text = await both.open(sealed, at);
      if (at === place && !isWritten) {
        isWritten = true;
        const contents = await world.owner.keyring.seal("2", place);
        await db.update(secrets).set({ contents }).where(eq(secrets.id, id));
      }
      return text;
    },
  };
  await rotateSealed({ db, keyring: racing });
  const [row] = await db.select().from(secrets).where(eq(secrets.id, id));
  expect(isWritten).toBe(true);
  expect(row?.contents).toStartWith("platz1.second.");
  expect(await both.open(asSealed(row?.contents ?? ""), place)).toBe("2");
});
