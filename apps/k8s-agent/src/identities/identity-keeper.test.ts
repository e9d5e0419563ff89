import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { k8sClusters } from "@platz/db/schema";
import type { DeploymentId } from "@platz/domain";
import { accountKubeconfig, accountName, IdentityHost } from "@platz/kubernetes";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld, until } from "../testing/agent-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";

const IDENTITIES = "platz-identities";
const log = createLogger({ name: "keeper-test", level: "fatal" });
let world: AgentWorld;
let host: IdentityHost;
beforeAll(async () => {
  world = await createAgentWorld();
  host = new IdentityHost(world.connection, IDENTITIES);
});
afterAll(() => world[Symbol.asyncDispose]());

const identityOf = async (id: DeploymentId) => (await host.list()).get(id);
const kube = (method: string, path: string, body?: object) =>
  kubeRequest(world.connection, { method, path, ...(body ? { body } : {}) });

async function installed() {
  const { id: chartId } = await world.chartOf({ version: `1.0.${Math.floor(Math.random() * 1e9)}` });
  await using _agent = await startAgent(world.settings(), { log });
  const { id, namespace } = await world.deploy(chartId);
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  return { id, namespace };
}

test("deployments from before accounts get account, binding and levels as soon as an agent connects to their cluster", async () => {
  const { id, namespace } = await installed();
  // As an agent of before has left it.
  await kube("DELETE", `/api/v1/namespaces/${IDENTITIES}/serviceaccounts/${accountName(id)}`);
  await kube(
    "DELETE",
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/platz-namespace`,
  );
  await kube("PATCH", `/api/v1/namespaces/${namespace}`, {
    metadata: { labels: { "pod-security.kubernetes.io/enforce": null } },
  });
  expect(await identityOf(id)).toBeUndefined();
  await using _agent = await startAgent(world.settings(), { log });
  await until(async () => {
    const identity = await identityOf(id);
    return identity?.hasAccount && identity.namespaces.has(namespace);
  });
  await until(async () => (await world.client.getNamespace(namespace))?.podSecurity.enforce === "baseline");
});

test("what a kind is granted holds for its deployments at once, and no longer than the grant", async () => {
  const { id, namespace } = await installed();
  await using _agent = await startAgent(world.settings(), { log });
  const rolesAre = (...roles: string[]) =>
    until(async () => [...((await identityOf(id))?.clusterRoles ?? [])].join() === roles.join());
  const grant = await world.grant({
    preset: "crds",
    podSecurity: { enforce: "privileged", warn: "baseline" },
  });
  await rolesAre("platz-grant-crds");
  await until(async () => (await world.client.getNamespace(namespace))?.podSecurity.warn === "baseline");
  await grant[Symbol.asyncDispose]();
  await rolesAre();
});

test("a cluster on which the agent may not do all that it has to says what is missing, and so does the agent", async () => {
  const folder = await mkdtemp(join(tmpdir(), "platz-lacking-"));
  await using _removed = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const stranger = crypto.randomUUID();
  await host.makeAccount(stranger);
  const account = { namespace: IDENTITIES, name: accountName(stranger) };
  const file = join(folder, "kubeconfig");
  await writeFile(file, await accountKubeconfig(world.connection, account, 3_600_000));
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const settings = world.settings({ PLATZ_LOCAL_KUBECONFIG: file, PLATZ_AGENT_HTTP_PORT: String(port) });
  await using _agent = await startAgent(settings, { log });
  const row = await until(async () => {
    const [found] = await world.db.select().from(k8sClusters).where(eq(k8sClusters.id, world.cluster.id));
    return found?.notOkReason?.startsWith("The agent lacks rights") ? found : undefined;
  });
  expect(row.notOkReason).toContain("create namespaces");
  expect(row.notOkReason).toContain("A cluster admin puts docs/kubernetes-rights.yaml onto it.");
  const status = (await (await fetch(`http://127.0.0.1:${port}/status`)).json()) as {
    missingRights: string[];
  };
  expect(status.missingRights).toContain("bind clusterroles.rbac.authorization.k8s.io platz-namespace");
  expect(JSON.stringify(status)).not.toContain(world.cluster.id);
  await host.removeAccount(stranger);
});
