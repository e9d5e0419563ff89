import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, deploymentTasks } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, Forbidden, Invalid, type JsonObject, NotFound, PreconditionFailed } from "@platz/domain";
import { eq } from "drizzle-orm";
import type { ServiceContext } from "../context.ts";
import { createSecret } from "../secret/create.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestCluster,
  operationsOf,
  type TestWorld,
  testFeatures,
} from "../testing.ts";
import { createDeployment } from "./create.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

test("an owner's deployment is saved together with its Install", async () => {
  const input = world.newDeployment({ name: "eve", config: { size: 3 } });
  const deployment = await createDeployment(world.owner, input);
  expect(deployment).toMatchObject({
    name: "eve",
    namespace: `${world.kind.name.toLowerCase()}-eve`,
    status: "Unknown",
    enabled: true,
    version: 1,
    envId: world.env.id,
  });
  expect(await operationsOf(db, deployment.id)).toEqual([
    { kind: "Install", helmChartId: world.chart.id, configInputs: { size: 3 }, valuesOverride: {} },
  ]);
});

test("the Install says who asked for it", async () => {
  const { id } = await createDeployment(world.owner, world.newDeployment());
  const [task] = await db.select().from(deploymentTasks).where(eq(deploymentTasks.deploymentId, id));
  expect(task).toMatchObject({
    actingUserId: world.owner.identity.id as never,
    actorLabel: world.owner.scope.label,
    clusterId: world.cluster.id,
    status: "Pending",
  });
});

test("site admins and admins of the env create deployments too", async () => {
  await createDeployment(world.siteAdmin, world.newDeployment());
  await createDeployment(world.envAdmin, world.newDeployment());
});

const refusals: readonly [string, keyof TestWorld, typeof Forbidden | typeof NotFound][] = [
  ["a maintainer", "maintainer", Forbidden],
  ["a member of the env", "member", Forbidden],
  ["somebody of another env", "stranger", NotFound],
  ["a bot", "bot", NotFound],
];
test.each(refusals)(
  "%s cannot create a deployment, and nothing is left of the attempt",
  async (_, who, error) => {
    const input = world.newDeployment();
    await expect(createDeployment(world[who] as ServiceContext, input)).rejects.toThrow(error);
    expect(await db.select().from(deployments).where(eq(deployments.name, input.name))).toEqual([]);
  },
);

const badInputs: readonly [string, JsonObject, string][] = [
  ["a missing required input", {}, "config.size: "],
  ["an input of the wrong type", { size: "big" }, "config.size: "],
  ["a choice that is no option", { size: 1, color: "blue" }, "config.color: "],
  [
    "a secret that is not there",
    { size: 1, vault: crypto.randomUUID() },
    "config.vault: choose one of the secrets",
  ],
  [
    "a deployment that is not there",
    { size: 1, peer: crypto.randomUUID() },
    "config.peer: choose one of the deployments",
  ],
];
test.each(badInputs)("%s is refused with a message that names the field", async (_, config, message) => {
  const error = await createDeployment(world.owner, world.newDeployment({ config })).catch((error) => error);
  expect(error).toBeInstanceOf(Invalid);
  expect(error.message).toContain(message);
  expect(error.issues[0].path).toEqual(message.split(":")[0]?.split("."));
});

test("a secret of another env cannot be referred to", async () => {
  const input = { envId: world.otherEnv.id, collection: "c", name: "n", contents: "x" };
  const { id } = await createSecret(world.siteAdmin, input);
  const config = { size: 1, vault: id };
  await expect(createDeployment(world.owner, world.newDeployment({ config }))).rejects.toThrow(
    "config.vault",
  );
});

test.each([["Eve"], ["-eve"], ["eve_1"], ["e".repeat(60)], ["a.b"], ["$(id)"]])(
  "the name %p is refused",
  async (name) => {
    await expect(createDeployment(world.owner, world.newDeployment({ name }))).rejects.toThrow("name: use");
  },
);

test("a name that is taken is a conflict that names the other deployment and its cluster", async () => {
  const input = world.newDeployment({ name: "twin" });
  await createDeployment(world.owner, input);
  const error = await createDeployment(world.owner, input).catch((error) => error);
  expect(error).toBeInstanceOf(Conflict);
  expect(error.message).toContain(`${world.kind.name} twin is on the cluster ${world.cluster.name} already`);
});

test("of two who take the same name at once, one gets a conflict", async () => {
  const input = world.newDeployment();
  const results = await Promise.allSettled([1, 2].map(() => createDeployment(world.owner, input)));
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: expect.any(Conflict) });
  expect(await db.select().from(deployments).where(eq(deployments.name, input.name))).toHaveLength(1);
});

test("a chart for one deployment per cluster wants no name, and is deployed once", async () => {
  const features = { ...testFeatures, spec: { ...testFeatures.spec, cardinality: "OnePerCluster" } };
  const chart = await insertTestChart(db, world.kind.id, { features });
  const input = { helmChartId: chart.id, name: "" };
  await expect(createDeployment(world.owner, world.newDeployment({ ...input, name: "x" }))).rejects.toThrow(
    "leave the name empty",
  );
  await createDeployment(world.owner, world.newDeployment(input));
  await expect(createDeployment(world.owner, world.newDeployment(input))).rejects.toThrow("once per cluster");
});

test("a chart for many deployments wants a name", async () => {
  await expect(createDeployment(world.owner, world.newDeployment({ name: "" }))).rejects.toThrow(
    "give the deployment a name",
  );
});

test("a broken chart is refused with the chart's own reason", async () => {
  const chart = await insertTestChart(db, world.kind.id, {
    error: "Error while parsing platz/actions.yaml: line 3",
  });
  const input = world.newDeployment({ helmChartId: chart.id });
  const error = await createDeployment(world.owner, input).catch((error) => error);
  expect(error).toBeInstanceOf(PreconditionFailed);
  expect(error.message).toContain("platz/actions.yaml: line 3");
});

test("a chart that left its registry, or of another kind, is refused", async () => {
  const gone = await insertTestChart(db, world.kind.id, { available: false });
  await expect(createDeployment(world.owner, world.newDeployment({ helmChartId: gone.id }))).rejects.toThrow(
    "no longer in its registry",
  );
  const other = await createTestWorld(db);
  await expect(
    createDeployment(world.owner, world.newDeployment({ helmChartId: other.chart.id })),
  ).rejects.toThrow("choose a chart of the kind");
});

test("a chart without a form takes inputs as they are", async () => {
  const chart = await insertTestChart(db, world.kind.id, {
    valuesUi: null,
    features: null,
    actionsSchema: null,
  });
  const input = world.newDeployment({ helmChartId: chart.id, config: { anything: [1, { goes: true }] } });
  expect(await createDeployment(world.owner, input)).toMatchObject({
    config: { anything: [1, { goes: true }] },
  });
});

test("a cluster that is not in use, or in no env, is refused with a sentence that says what to do", async () => {
  const lost = await insertTestCluster(db, null);
  await expect(
    createDeployment(world.siteAdmin, world.newDeployment({ clusterId: lost.id })),
  ).rejects.toThrow("belongs to no env");
  await expect(createDeployment(world.owner, world.newDeployment({ clusterId: lost.id }))).rejects.toThrow(
    NotFound,
  );
});
