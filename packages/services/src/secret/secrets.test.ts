import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentTasks, secrets } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, type DeploymentId, Forbidden, NotFound, type Operation } from "@platz/domain";
import { asSealed } from "@platz/sealing";
import { and, eq } from "drizzle-orm";
import { createDeployment } from "../deployment/create.ts";
import { deleteDeployment } from "../deployment/delete.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTestWorld, operationsOf, type TestWorld } from "../testing.ts";
import { createSecret } from "./create.ts";
import { deleteSecret } from "./delete.ts";
import { listSecrets } from "./list.ts";
import { secretPlace } from "./secret-place.ts";
import { updateSecret } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const page = { page: 1, perPage: 500 };
const newSecret = (contents = "hunter2") =>
  createSecret(world.envAdmin, {
    envId: world.env.id,
    collection: "passwords",
    name: crypto.randomUUID(),
    contents,
  });
const usedBy = (vault: string) => world.installed({ config: { size: 1, vault } });
const reinstallsOf = async (id: DeploymentId): Promise<Extract<Operation, { kind: "Reinstall" }>[]> =>
  (await operationsOf(db, id)).filter((operation) => operation.kind === "Reinstall");

test("contents are sealed in the database, and no answer carries them", async () => {
  const secret = await newSecret("correct horse battery staple");
  const [row] = await db.select().from(secrets).where(eq(secrets.id, secret.id));
  expect(row?.contents).not.toContain("horse");
  expect(await world.keyring.open(asSealed(row?.contents ?? ""), secretPlace(secret.id))).toBe(
    "correct horse battery staple",
  );
  const list = await listSecrets(world.member, { page });
  for (const answer of [secret, ...list.items]) expect(Object.keys(answer)).not.toContain("contents");
});

test("the same collection and name twice in an env is a conflict", async () => {
  const { envId, collection, name } = await newSecret();
  const input = { envId, collection, name, contents: "x" };
  await expect(createSecret(world.envAdmin, input)).rejects.toThrow(Conflict);
  const other = await newSecret();
  await expect(updateSecret(world.envAdmin, { id: other.id, name })).rejects.toThrow(Conflict);
});

test("new contents have every enabled deployment that uses the secret reinstalled, and no other", async () => {
  const { id, name } = await newSecret();
  const used = await usedBy(id);
  const disabled = await usedBy(id);
  await updateDeployment(world.owner, { id: disabled.id, version: disabled.version, enabled: false });
  const deleting = await usedBy(id);
  await deleteDeployment(world.owner, deleting.id);
  const never = await createDeployment(world.owner, world.newDeployment({ config: { size: 1, vault: id } }));
  const stranger = await world.installed();
  await updateSecret(world.envAdmin, { id, contents: "new" });
  expect(await reinstallsOf(used.id)).toEqual([
    { kind: "Reinstall", reason: `secret ${name} of collection passwords was updated` },
  ]);
  for (const other of [disabled, deleting, never, stranger]) expect(await reinstallsOf(other.id)).toEqual([]);
});

test("an Install that runs at that moment is followed by a Reinstall: it may have read the old contents", async () => {
  const { id } = await newSecret();
  const deployment = await createDeployment(
    world.owner,
    world.newDeployment({ config: { size: 1, vault: id } }),
  );
  await db
    .update(deploymentTasks)
    .set({ status: "Started", fence: 1, leaseExpiresAt: new Date(Date.now() + 60_000) })
    .where(eq(deploymentTasks.deploymentId, deployment.id));
  await updateSecret(world.envAdmin, { id, contents: "new" });
  expect(await reinstallsOf(deployment.id)).toHaveLength(1);
});

test("ten edits of secrets make one waiting Reinstall with every reason once", async () => {
  const [one, two] = [await newSecret(), await newSecret()];
  const deployment = await usedBy(one.id);
  await updateDeployment(world.owner, {
    id: deployment.id,
    version: deployment.version,
    config: { size: 1, vault: two.id },
  });
  const again = await usedBy(two.id);
  for (const contents of ["a", "b", "c", "d", "e"])
    await updateSecret(world.envAdmin, { id: two.id, contents });
  expect(await reinstallsOf(again.id)).toHaveLength(1);
  expect(await reinstallsOf(deployment.id)).toEqual([
    { kind: "Reinstall", reason: `secret ${two.name} of collection passwords was updated` },
  ]);
});

test("edits at the same moment make one waiting Reinstall, with all their reasons", async () => {
  const { id } = await newSecret();
  const deployment = await usedBy(id);
  const names = ["n1", "n2", "n3", "n4"].map((name) => name + crypto.randomUUID().slice(0, 4));
  await Promise.all(names.map((name) => updateSecret(world.envAdmin, { id, name })));
  const [reinstall, ...more] = await reinstallsOf(deployment.id);
  expect(more).toEqual([]);
  expect(reinstall?.reason.split("; ")).toHaveLength(4);
});

test("a Reinstall that waits for its next attempt is joined too", async () => {
  const { id } = await newSecret();
  const deployment = await usedBy(id);
  await updateSecret(world.envAdmin, { id, contents: "a" });
  await db
    .update(deploymentTasks)
    .set({ attempt: 1, executeAt: new Date(Date.now() + 60_000) })
    .where(and(eq(deploymentTasks.deploymentId, deployment.id), eq(deploymentTasks.status, "Pending")));
  await updateSecret(world.envAdmin, { id, contents: "b" });
  expect(await reinstallsOf(deployment.id)).toHaveLength(1);
});

test("an edit that changes nothing reinstalls nothing", async () => {
  const { id, name } = await newSecret();
  const deployment = await usedBy(id);
  await updateSecret(world.envAdmin, { id, name });
  expect(await reinstallsOf(deployment.id)).toEqual([]);
});

test("a secret in use is not deleted, and its users are named", async () => {
  const { id } = await newSecret();
  const deployment = await usedBy(id);
  const error = await deleteSecret(world.envAdmin, id).catch((error) => error);
  expect(error).toBeInstanceOf(Conflict);
  expect(error.message).toContain(`${world.kind.name} ${deployment.name}`);
  await updateDeployment(world.owner, {
    id: deployment.id,
    version: deployment.version,
    config: { size: 1 },
  });
  await deleteSecret(world.envAdmin, id);
});

test("a secret is never deleted while somebody begins to use it", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id } = await newSecret();
    const input = world.newDeployment({ config: { size: 1, vault: id } });
    const [created, deleted] = await Promise.allSettled([
      createDeployment(world.owner, input),
      deleteSecret(world.envAdmin, id),
    ]);
    expect([created.status, deleted.status].sort()).toEqual(["fulfilled", "rejected"]);
  }
});

test("only admins of the env touch its secrets", async () => {
  const { id, envId } = await newSecret();
  const input = { envId, collection: "c", name: "n", contents: "x" };
  for (const context of [world.owner, world.maintainer, world.member]) {
    await expect(createSecret(context, input)).rejects.toThrow(Forbidden);
    await expect(updateSecret(context, { id, contents: "x" })).rejects.toThrow(Forbidden);
    await expect(deleteSecret(context, id)).rejects.toThrow(Forbidden);
  }
  for (const context of [world.stranger, world.bot]) {
    await expect(createSecret(context, input)).rejects.toThrow(NotFound);
    await expect(updateSecret(context, { id, contents: "x" })).rejects.toThrow(NotFound);
    await expect(deleteSecret(context, id)).rejects.toThrow(NotFound);
  }
});
