import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { auditLog, deploymentResourceTypes, deployments } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, type EnvId, Forbidden, type Json, PreconditionFailed } from "@platz/domain";
import { and, eq } from "drizzle-orm";
import { publishResourceTypes } from "../task-run/publish-resource-types.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { approveResourceType } from "./approve.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  world = await createTestWorld(db);
  await world.installed();
});
afterAll(() => db[Symbol.asyncDispose]());

/** What a chart that is installed in an env publishes. */
async function publish(envId: EnvId, { label, isGlobal = true }: { label: string; isGlobal?: boolean }) {
  const spec = {
    name_singular: label,
    name_plural: label,
    fontawesome_icon: "shop",
    global: isGlobal,
    values_ui: { inputs: [], outputs: { values: [] } },
  };
  const resourceTypes = [
    { apiVersion: "platz.io/v1beta1", kind: "ResourceType", key: "shelf", spec },
  ] satisfies Json;
  const chart = { ...world.chart, resourceTypes };
  const deployment = (await db.select().from(deployments).limit(1))[0];
  if (!deployment) throw new Error("no deployment");
  await publishResourceTypes(db, { chart, deployment: { ...deployment, kindId: world.kind.id }, envId });
}
const published = () =>
  db
    .select()
    .from(deploymentResourceTypes)
    .where(
      and(
        eq(deploymentResourceTypes.deploymentKindId, world.kind.id),
        eq(deploymentResourceTypes.key, "shelf"),
      ),
    );

test("a type that its chart calls global is one of the env until a site admin has approved what they saw", async () => {
  const { env, siteAdmin, envAdmin } = world;
  await publish(env.id, { label: "First" });
  const [type] = await published();
  if (!type) throw new Error("no type");
  expect(type.envId).toBe(env.id);
  await expect(approveResourceType(envAdmin, { id: type.id, spec: type.spec })).rejects.toThrow(Forbidden);
  await publish(env.id, { label: "Second" });
  await expect(approveResourceType(siteAdmin, { id: type.id, spec: type.spec })).rejects.toThrow(Conflict);
  const [seen] = await published();
  await approveResourceType(siteAdmin, { id: type.id, spec: seen?.spec ?? null });
  expect(await published()).toMatchObject([{ envId: null, spec: { name_singular: "Second" } }]);
  const [entry] = await db.select().from(auditLog).where(eq(auditLog.entityId, type.id));
  expect(entry).toMatchObject({ entity: "deployment_resource_types", actorId: siteAdmin.identity.id });
  await expect(approveResourceType(siteAdmin, { id: type.id, spec: seen?.spec ?? null })).rejects.toThrow(
    PreconditionFailed,
  );
});

test("what one env publishes of a global type changes it for nobody, and is a proposal", async () => {
  const { env, otherEnv, siteAdmin } = world;
  await publish(env.id, { label: "First" });
  const [type] = await published();
  if (!type) throw new Error("no type");
  await approveResourceType(siteAdmin, { id: type.id, spec: type.spec });
  await publish(otherEnv.id, { label: "Other" });
  await publish(env.id, { label: "First" });
  const [after] = await published();
  expect(after).toMatchObject({
    envId: null,
    spec: { name_singular: "First" },
    proposedSpec: { name_singular: "Other" },
    proposedFromEnvId: otherEnv.id,
  });
  await approveResourceType(siteAdmin, { id: type.id, spec: after?.proposedSpec ?? null });
  expect(await published()).toMatchObject([
    { spec: { name_singular: "Other" }, proposedSpec: null, proposedFromEnvId: null },
  ]);
});
