import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DeploymentId } from "@platz/domain";
import { accountName, IdentityHost } from "@platz/kubernetes";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";

const IDENTITIES = "platz-identities";
let world: AgentWorld;
let agent: AsyncDisposable;
let host: IdentityHost;

beforeAll(async () => {
  world = await createAgentWorld();
  host = new IdentityHost(world.connection, IDENTITIES);
  agent = await startAgent(world.settings(), {
    log: createLogger({ name: "identities-test", level: "fatal" }),
  });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const identityOf = async (id: DeploymentId) => (await host.list()).get(id);
/** Who made an object, by the API server's own account of its fields. */
async function managersOf(path: string): Promise<string[]> {
  const { metadata } = (await kubeRequest(world.connection, { method: "GET", path })) as {
    metadata: { managedFields: readonly { manager: string }[] };
  };
  return metadata.managedFields.map(({ manager }) => manager);
}

test("an account has everything in its deployment's namespace, what its kind is granted, and goes with the deployment", async () => {
  const { id: helmChartId } = await world.chartOf({ version: "1.0.0" });
  const { id, namespace } = await world.deploy(helmChartId);
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  const alone = { hasAccount: true, namespaces: new Set([namespace]), clusterRoles: new Set<string>() };
  expect(await identityOf(id)).toEqual(alone);
  expect(await world.client.getNamespace(namespace)).toMatchObject({
    podSecurity: { enforce: "baseline", warn: null },
  });
  expect(await managersOf(`/api/v1/namespaces/${namespace}/configmaps/${namespace}-config`)).toEqual([
    "helm",
  ]);

  const grant = await world.grant({
    preset: "crds",
    podSecurity: { enforce: "privileged", warn: "baseline" },
  });
  await world.edit(id, { config: { size: 4 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  expect(await identityOf(id)).toEqual({ ...alone, clusterRoles: new Set(["platz-grant-crds"]) });
  expect(await world.client.getNamespace(namespace)).toMatchObject({
    podSecurity: { enforce: "privileged", warn: "baseline" },
  });

  await grant[Symbol.asyncDispose]();
  await world.edit(id, { config: { size: 5 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  expect(await identityOf(id)).toEqual(alone);
  expect(await world.client.getNamespace(namespace)).toMatchObject({
    podSecurity: { enforce: "baseline", warn: null },
  });

  await world.edit(id, { enabled: false });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  expect(await identityOf(id)).toBeUndefined();
});

test("an account that somebody has deleted by hand is made again by the next task", async () => {
  const { id: helmChartId } = await world.chartOf({ version: "2.0.0" });
  const { id } = await world.deploy(helmChartId);
  await world.settled(id);
  await kubeRequest(world.connection, {
    method: "DELETE",
    path: `/api/v1/namespaces/${IDENTITIES}/serviceaccounts/${accountName(id)}`,
  });
  await world.edit(id, { config: { size: 6 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done", attempt: 1 });
});
