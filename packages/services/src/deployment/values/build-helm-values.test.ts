import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, envs, k8sClusters, secrets } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { DeploymentTask, Json, JsonObject } from "@platz/domain";
import { eq } from "drizzle-orm";
import { requestDeploymentTask } from "../../deployment-task/request.ts";
import { createSecret } from "../../secret/create.ts";
import { updateSecret } from "../../secret/update.ts";
import { createTestWorld, insertTestChart, markInstalled, type TestWorld, tasksOf } from "../../testing.ts";
import { createDeployment } from "../create.ts";
import { updateDeployment } from "../update.ts";
import { buildHelmValues } from "./build-helm-values.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const source = () => ({ db, keyring: world.keyring, ownUrl: "https://platz.example.com" });
const build = (task: DeploymentTask) => buildHelmValues(source(), task);

const value = (path: string[], input: string, property?: string): Json => ({
  path,
  value: property ? { FieldProperty: { input, property } } : { FieldValue: { input } },
});
const mixerForm = {
  apiVersion: "platz.io/v1beta1",
  kind: "ValuesUi",
  inputs: [
    {
      id: "hue",
      type: "RadioSelect",
      label: "Hue",
      required: true,
      options: [{ value: "red" }, { value: "green" }],
    },
    {
      id: "litres",
      type: "number",
      label: "Litres",
      required: true,
      showIf: { "===": [{ var: "hue" }, "green"] },
    },
    { id: "vault", type: "CollectionSelect", collection: "secrets", label: "Vault", required: true },
    { id: "shops", type: "array", itemType: "CollectionSelect", collection: "deployments", label: "Shops" },
    { id: "note", type: "text", label: "Note" },
    { id: "pin", type: "text", label: "Pin", sensitive: true },
  ],
  outputs: {
    values: [
      value(["mixer", "hue"], "hue"),
      value(["mixer", "litres"], "litres"),
      value(["mixer", "shops"], "shops", "name"),
      value(["mixer", "log", "[+]", "text"], "note"),
      value(["mixer", "log", "[=]", "from"], "hue"),
    ],
    secrets: {
      "mixer-keys": {
        TOKEN: { FieldProperty: { input: "vault", property: "contents" } },
        LITRES: { FieldValue: { input: "litres" } },
      },
    },
  },
};
const mixerFeatures = {
  apiVersion: "platz.io/v1beta2",
  kind: "Features",
  spec: {
    ingress: { enabled: true, hostname_format: "Name" },
    node_selector_paths: [["db", "nodeSelector"]],
    tolerations_paths: [["db", "tolerations"]],
  },
};

/** A world of its own, with a chart like a real one, and the task of a deployment on it. */
async function mixer(config: JsonObject, extensions: Parameters<typeof insertTestChart>[2] = {}) {
  world = await createTestWorld(db);
  await db
    .update(envs)
    .set({ nodeSelector: { pool: "blue" }, tolerations: [{ key: "blue", operator: "Exists" }] })
    .where(eq(envs.id, world.env.id));
  const chart = await insertTestChart(db, world.kind.id, {
    valuesUi: mixerForm,
    features: mixerFeatures,
    ...extensions,
  });
  const input = { envId: world.env.id, collection: "c", name: "vault", contents: "s3cr3t" };
  const vault = await createSecret(world.envAdmin, input);
  const shops = [await world.installed({ name: "north" }), await world.installed({ name: "south" })];
  const given = Object.fromEntries(
    Object.entries(config).map(([key, item]) => [
      key,
      item === "VAULT" ? vault.id : item === "SHOPS" ? shops.map(({ id }) => id) : item,
    ]),
  );
  const wanted = world.newDeployment({ name: "lobby", helmChartId: chart.id, config: given });
  const deployment = await createDeployment(world.owner, wanted);
  const [task] = await tasksOf(db, deployment.id);
  if (!task) throw new Error("no task");
  return { deployment, task, chart, vault, shops };
}

test("a chart gets what it has always got: the env, an ingress, its own outputs and secrets", async () => {
  const { deployment, task, chart } = await mixer({
    hue: "green",
    litres: 2.5,
    vault: "VAULT",
    shops: "SHOPS",
    note: "hi",
  });
  const { values, secrets, revisionId, warnings } = await build(task);
  const { cluster, env, kind } = world;
  const host = `lobby.${cluster.ingressDomain}`;
  const tolerations = [{ key: "blue", operator: "Exists" }];
  const platz = {
    env_id: env.id,
    env_name: env.name,
    cluster_id: cluster.id,
    cluster_name: cluster.name,
    cluster: {
      id: cluster.id,
      env_id: env.id,
      provider_id: cluster.providerId,
      created_at: cluster.createdAt.toISOString(),
      last_seen_at: cluster.lastSeenAt.toISOString(),
      name: cluster.name,
      region_name: "local",
      is_ok: true,
      not_ok_reason: null,
      ignore: false,
      ingress_domain: cluster.ingressDomain,
      ingress_class: null,
      ingress_tls_secret_name: "wild",
      grafana_url: null,
      grafana_datasource_name: null,
    },
    deployment_id: deployment.id,
    deployment_name: "lobby",
    deployment_kind: kind.name,
    revision_id: task.id,
    own_url: "https://platz.example.com/",
  };
  expect(values).toEqual({
    platz,
    shira: platz,
    nodeSelector: { pool: "blue" },
    tolerations,
    ingress: {
      enabled: true,
      className: null,
      hosts: [{ host, paths: [{ path: "/", pathType: "Prefix" }] }],
      tls: [{ secretName: "wild", hosts: [host] }],
    },
    db: { nodeSelector: { pool: "blue" }, tolerations },
    mixer: { hue: "green", litres: 2.5, shops: ["north", "south"], log: [{ text: "hi", from: "green" }] },
  });
  expect(secrets).toEqual([{ name: "mixer-keys", data: { LITRES: "2.5", TOKEN: "s3cr3t" } }]);
  expect(revisionId).toBe(task.id);
  expect(warnings).toEqual([]);
  expect(chart.id).toBe(deployment.helmChartId);
});

test("a hidden input gives nothing, whatever was sent for it", async () => {
  const { task } = await mixer({ hue: "red", litres: 9, vault: "VAULT" });
  const { values, secrets } = await build(task);
  expect(values["mixer"]).toEqual({ hue: "red", log: [{ from: "red" }] });
  expect(secrets).toEqual([{ name: "mixer-keys", data: { TOKEN: "s3cr3t" } }]);
});

test("what must stay out of logs is listed: secrets that were read, and sensitive inputs", async () => {
  const { task } = await mixer({ hue: "red", vault: "VAULT", pin: "1234-pin" });
  expect((await build(task)).confidential).toEqual(expect.arrayContaining(["s3cr3t", "1234-pin"]));
});

test("an output replaces a whole top-level key, copies of the node selector included", async () => {
  const outputs = { values: [value(["db", "size"], "hue")], secrets: {} };
  const { task } = await mixer({ hue: "red", vault: "VAULT" }, { valuesUi: { ...mixerForm, outputs } });
  expect((await build(task)).values["db"]).toEqual({ size: "red" });
});

test("a chart without a form gets the task's inputs under config", async () => {
  const { task, deployment } = await mixer({ any: [1] }, { valuesUi: null });
  await db
    .update(deployments)
    .set({ config: { later: true } })
    .where(eq(deployments.id, deployment.id));
  expect((await build(task)).values["config"]).toEqual({ any: [1] });
});

test("a chart without an ingress, or on a cluster without a TLS secret, gets a disabled one", async () => {
  const off = { enabled: false, className: null, hosts: [], tls: [] };
  const plain = await mixer({ hue: "red", vault: "VAULT" }, { features: null });
  expect((await build(plain.task)).values["ingress"]).toEqual(off);
  const { task } = await mixer({ hue: "red", vault: "VAULT" });
  await db
    .update(k8sClusters)
    .set({ ingressTlsSecretName: null })
    .where(eq(k8sClusters.id, world.cluster.id));
  const { values, warnings } = await build(task);
  expect(values["ingress"]).toEqual(off);
  expect(warnings.join()).toContain("no TLS secret");
});

test("an ingress on a cluster without a domain says what is to be done", async () => {
  const { task } = await mixer({ hue: "red", vault: "VAULT" });
  await db.update(k8sClusters).set({ ingressDomain: null }).where(eq(k8sClusters.id, world.cluster.id));
  await expect(build(task)).rejects.toThrow(`The cluster ${world.cluster.name} has no ingress domain`);
});

test("a path that something else is in the way of is a warning, and no end", async () => {
  const spec = { ...mixerFeatures.spec, node_selector_paths: [["tolerations", "x"]] };
  const { task } = await mixer({ hue: "red", vault: "VAULT" }, { features: { ...mixerFeatures, spec } });
  expect((await build(task)).warnings.join()).toContain("tolerations.x");
});

test("what the inputs refer to is looked up again: gone, or of another env, ends the run with a sentence", async () => {
  const { task, vault } = await mixer({ hue: "red", vault: "VAULT" });
  await db.update(secrets).set({ envId: world.otherEnv.id }).where(eq(secrets.id, vault.id));
  await expect(build(task)).rejects.toThrow(`secrets ${vault.id}, which the env does not have`);
});

test("a deployment of another env is not resolved, even if it was written into the inputs", async () => {
  const foreign = await createTestWorld(db);
  const other = await foreign.installed({ name: "foreign-name" });
  const { task } = await mixer({ hue: "red", vault: "VAULT" });
  if (task.operation.kind !== "Install") throw new Error("not an Install");
  const configInputs = { ...task.operation.configInputs, shops: [other.id] };
  await expect(build({ ...task, operation: { ...task.operation, configInputs } })).rejects.toThrow(
    "which the env does not have",
  );
});

test("a Reinstall applies the live revision's inputs with today's secrets", async () => {
  const { deployment, vault } = await mixer({ hue: "red", vault: "VAULT" });
  await markInstalled(db, deployment.id);
  const config = { ...deployment.config, hue: "green", litres: 1 };
  await updateDeployment(world.owner, { id: deployment.id, version: deployment.version, config });
  await updateSecret(world.envAdmin, { id: vault.id, contents: "n3w" });
  const operation = { kind: "Reinstall", reason: "look" } as const;
  const task = await requestDeploymentTask(world.owner, { deploymentId: deployment.id, operation });
  const { values, secrets, revisionId } = await build(task);
  expect(values["mixer"]).toMatchObject({ hue: "red" });
  expect(secrets).toMatchObject([{ data: { TOKEN: "n3w" } }]);
  const [install] = await tasksOf(db, deployment.id);
  expect(revisionId).toBe(install?.id as never);
});

test("a Reinstall of what was never installed says so", async () => {
  const { task } = await mixer({ hue: "red", vault: "VAULT" });
  const reinstall = { ...task, operation: { kind: "Reinstall", reason: "x" } } as const;
  await expect(build(reinstall)).rejects.toThrow("no installed revision");
});

test("a required input that is missing names itself", async () => {
  const { task } = await mixer({ hue: "red", vault: "VAULT" });
  if (task.operation.kind !== "Install") throw new Error("not an Install");
  const configInputs = { ...task.operation.configInputs, hue: "green" };
  await expect(build({ ...task, operation: { ...task.operation, configInputs } })).rejects.toThrow("litres");
});
