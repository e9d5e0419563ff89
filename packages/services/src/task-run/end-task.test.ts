import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentResources } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { eq } from "drizzle-orm";
import { createDeployment } from "../deployment/create.ts";
import { createDeploymentResource } from "../deployment-resource/create.ts";
import { createTestWorld, insertTestResourceType, startTask, type TestWorld, tasksOf } from "../testing.ts";
import { endTask } from "./end-task.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const later = new Date(Date.now() + 3_600_000);

test("what an application could not be told is told to the new revision at once, but for what it has refused", async () => {
  const { id: deploymentId } = await createDeployment(world.owner, world.newDeployment());
  const target = { endpoint: "standard_ingress", path: "/shops", method: "POST" };
  const { id: typeId } = await insertTestResourceType(db, {
    envId: world.env.id,
    kindId: world.kind.id,
    lifecycle: { create: { target } },
  });
  const made = (name: string) =>
    createDeploymentResource(world.owner, {
      typeId,
      deploymentId,
      name,
      props: { size: 1 },
      syncStatus: "Creating",
    });
  const [waiting, refused] = [await made("waiting"), await made("refused")];
  const set = (id: typeof waiting.id, to: Partial<typeof deploymentResources.$inferInsert>) =>
    db.update(deploymentResources).set(to).where(eq(deploymentResources.id, id));
  await set(waiting.id, { nextSyncAt: later });
  await set(refused.id, { nextSyncAt: null, syncStatus: "Error" });

  const [task] = await tasksOf(db, deploymentId);
  if (task === undefined) throw new Error("no task");
  await startTask(db, task.id);
  const ended = { id: task.id, fence: 1, deploymentId, kind: "Install" } as const;
  expect(await endTask(db, ended, { status: "Done", reason: null, revisionId: task.id })).toBe(true);

  const next = async (id: typeof waiting.id) =>
    (await db.select().from(deploymentResources).where(eq(deploymentResources.id, id)))[0]?.nextSyncAt;
  expect((await next(waiting.id))?.getTime()).toBeLessThan(Date.now() + 60_000);
  expect(await next(refused.id)).toBeNull();
});
