import { afterAll, beforeAll, expect, test } from "bun:test";
import { type AgentWorld, createAgentWorld, until } from "../apps/k8s-agent/src/testing/agent-world.ts";
import { type Client, createClient } from "../packages/client/src/index.ts";
import { createVerifier, type Handler, resourceType, serveResources } from "../packages/sdk/src/index.ts";
import { createUserToken } from "../packages/services/src/index.ts";
import { spawnProcess } from "./testing/spawn-process.ts";

const made = new AsyncDisposableStack();
let world: AgentWorld;
let client: Client;
let agentEnvironment: Record<string, string>;
let application: Handler;
const asked: { readonly path: string; readonly key: string | null }[] = [];
/** What the application keeps, by the id of the resource. */
const shelves = new Map<string, unknown>();
/** Before this, nothing is answered. */
let mayAnswer: Promise<void> = Promise.resolve();

beforeAll(async () => {
  world = made.use(await createAgentWorld());
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push({ path: pathname, key: request.headers.get("idempotency-key") });
      await mayAnswer;
      return await application.fetch(request);
    },
  });
  made.defer(() => server.stop(true));
  agentEnvironment = {
    ...world.environment,
    PLATZ_EGRESS_RESOLVE: `${world.cluster.ingressDomain}=http://127.0.0.1:${server.port}`,
    PLATZ_HOOK_TIMEOUT: "3s",
    PLATZ_HOOK_RETRY_FIRST: "100ms",
  };
  const oidc = {
    OIDC_SERVER_URL: "http://127.0.0.1:9",
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: "secret",
  };
  const api = made.use(
    spawnProcess("api", { ...world.environment, ...oidc, API_HOST: "127.0.0.1", API_PORT: "0" }),
  );
  const { port } = await api.logged("listening");
  const url = `http://127.0.0.1:${port}`;
  const wanted = { name: "hooks", expiresAt: null, readOnly: false, envIds: null };
  client = createClient({ url, token: (await createUserToken(world.siteAdmin, wanted)).token });
  await until(async () => (await fetch(`${url}/ready`)).status === 200);

  const types = {
    shelf: resourceType({
      create: ({ id, props }) => void shelves.set(id, props),
      update: ({ id, props }) => void shelves.set(id, props),
      delete: ({ id }) => void shelves.delete(id),
    }),
  };
  application = serveResources({
    types,
    verify: createVerifier({
      platzUrl: world.environment.PLATZ_OWN_URL,
      deploymentId: "any",
      audience: (request) => `https://${request.headers.get("host")}`,
      fetch: (input) => fetch(String(input).replace(world.environment.PLATZ_OWN_URL, url)),
    }),
  });
}, 60_000);
afterAll(() => made.disposeAsync());

const target = (act: string) => ({
  target: { endpoint: "standard_ingress", path: `/platz/resources/shelf/${act}`, method: "POST" },
});
const shelf = {
  apiVersion: "platz.io/v1beta1",
  kind: "ResourceType",
  key: "shelf",
  spec: {
    name_singular: "shelf",
    name_plural: "shelves",
    fontawesome_icon: "layer-group",
    values_ui: {
      inputs: [{ id: "width", type: "number", label: "Width", required: true }],
      outputs: { values: [] },
    },
    lifecycle: { create: target("create"), update: target("update"), delete: target("delete") },
  },
};

const hasStatus = (id: string, wanted: string) =>
  until(async () => {
    const found = await client.deploymentResources.get.query({ id });
    return found.syncStatus === wanted && found;
  });

test("an application made with the SDK makes, changes and drops what people ask for, also when an agent is killed at that", async () => {
  const { id: helmChartId } = await world.chartOf({ resourceTypes: [shelf] });
  const killed = made.use(spawnProcess("k8s-agent", agentEnvironment));
  const wanted = world.newDeployment({ helmChartId, config: { size: 3 } });
  const { id: deploymentId } = await client.deployments.create.mutate(wanted);
  await world.settled(deploymentId);
  const { items } = await client.deploymentResourceTypes.list.query({ key: "shelf" });
  const [type] = items;
  if (type === undefined) throw new Error("no resource type");

  const reached = Promise.withResolvers<void>();
  mayAnswer = reached.promise;
  const { id } = await client.deploymentResources.create.mutate({
    typeId: type.id,
    deploymentId,
    name: "top",
    props: { width: 3 },
  });
  await until(async () => asked.length === 1);
  await killed[Symbol.asyncDispose]();
  reached.resolve();
  made.use(spawnProcess("k8s-agent", agentEnvironment));
  await hasStatus(id, "Ready");
  expect(shelves.get(id)).toEqual({ width: 3 });
  expect(asked.map(({ key }) => key)).toEqual([`${id}:1`, `${id}:1`]);

  await client.deploymentResources.update.mutate({ id, props: { width: 5 } });
  await hasStatus(id, "Ready");
  expect(shelves.get(id)).toEqual({ width: 5 });
  await client.deploymentResources.delete.mutate({ id });
  await until(async () => !(await client.deploymentResources.get.query({ id })).exists);
  expect(shelves.has(id)).toBe(false);

  const refused = await fetch(unsigned(), { method: "POST", body: "{}" });
  expect(refused.status).toBe(401);
}, 120_000);

function unsigned(): string {
  return `${agentEnvironment["PLATZ_EGRESS_RESOLVE"]?.split("=")[1]}/platz/resources/shelf/create`;
}

test("pods and events of a deployment are asked of its cluster through the API", async () => {
  await using _agent = spawnProcess("k8s-agent", agentEnvironment);
  const { id: deploymentId } = await client.deployments.create.mutate(
    world.newDeployment({ helmChartId: (await world.chartOf({ version: "2.0.0" })).id, config: { size: 3 } }),
  );
  await world.settled(deploymentId);
  expect(await client.pods.list.query({ deploymentId })).toEqual({ pods: [], isComplete: true });
  expect(await client.pods.events.query({ deploymentId })).toMatchObject({ isComplete: true });
  const log = client.pods.log.query({ deploymentId, pod: "gone" });
  await expect(log).rejects.toThrow("There is no pod gone any more");
});
