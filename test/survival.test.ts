import { afterAll, beforeAll, expect, test } from "bun:test";
import { type AgentWorld, createAgentWorld, until } from "../apps/k8s-agent/src/testing/agent-world.ts";
import { type Client, createClient, isClientError } from "../packages/client/src/index.ts";
import { createUserToken } from "../packages/services/src/index.ts";
import { type SpawnedProcess, spawnProcess } from "./testing/spawn-process.ts";

const made = new AsyncDisposableStack();
let world: AgentWorld;
let client: Client;
let url: string;
let processes: readonly SpawnedProcess[];

beforeAll(async () => {
  world = made.use(await createAgentWorld());
  const api = made.use(
    spawnProcess("api", {
      ...world.environment,
      API_HOST: "127.0.0.1",
      API_PORT: "0",
      OIDC_SERVER_URL: "http://127.0.0.1:9",
      OIDC_CLIENT_ID: "platz",
      OIDC_CLIENT_SECRET: "secret",
    }),
  );
  const { port } = await api.logged("listening");
  url = `http://127.0.0.1:${port}`;
  const agent = made.use(spawnProcess("k8s-agent", world.environment));
  const status = made.use(spawnProcess("status-updates", world.environment));
  processes = [api, agent, status];
  const wanted = { name: "survival", expiresAt: null, readOnly: false, envIds: null };
  client = createClient({ url, token: (await createUserToken(world.siteAdmin, wanted)).token });
  await agent.logged("working");
  await ready();
}, 60_000);
afterAll(() => made.disposeAsync());

const ready = () => until(async () => (await fetch(`${url}/ready`)).status === 200);

/** Ends every connection that the processes have, in the middle of whatever they do by it. */
async function killBackends(): Promise<number> {
  const killed = await world.db.$client`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'platz-%'`;
  return killed.length;
}

/** A change, made by hand, as the database tells of one. */
const notify = (payload: string) => world.db.$client`select pg_notify('platz_changes', ${payload})`;

/** All of them run, and nothing was thrown in them that nobody caught. */
function expectWell(): void {
  expect(processes.map(({ exitCode, complaints }) => ({ exitCode, complaints }))).toEqual(
    Array.from(processes, () => ({ exitCode: null, complaints: "" })),
  );
  const unheard = processes.flatMap(({ lines }) =>
    lines.filter((line) => line.includes("nobody waited for this failure")),
  );
  expect(unheard).toEqual([]);
}

/** Deploys a chart through the API, and gives how the task ended that the agent made of it. */
async function deploy(): Promise<string | undefined> {
  const chart = await world.chartOf({ version: `1.0.${Math.floor(performance.now())}` });
  const { id } = await client.deployments.create.mutate(
    world.newDeployment({ helmChartId: chart.id, config: { size: 3 } }),
  );
  const [task] = await world.settled(id);
  return task?.status;
}

test("connections that the database ends under load cost answers of 'unavailable', but no event and no process", async () => {
  const heard = new Set<string>();
  const open = Promise.withResolvers<void>();
  const stream = client.events.changes.subscribe(
    { tables: ["envs"] },
    {
      onData: ({ data }) => {
        open.resolve();
        if (data.type === "change") heard.add(data.id);
      },
    },
  );
  await open.promise;
  const created = new Set<string>();
  let killed = 0;
  const refusals: unknown[] = [];
  const noteRefusal = (error: unknown) => {
    if (!isClientError(error, "unavailable")) refusals.push(error);
  };
  for (let round = 0; round < 15; round += 1) {
    const calls = Array.from({ length: 8 }, (_, i) => [
      client.envs.list.query({}).catch(noteRefusal),
      client.envs.create
        .mutate({ name: `survival-${round}-${i}`, autoAddNewUsers: false })
        .then(({ id }) => created.add(id), noteRefusal),
      fetch(`${url}/metrics`).then(({ status }) => expect(status).toBe(200)),
    ]).flat();
    killed += await killBackends();
    await Promise.all(calls);
  }
  expect(killed).toBeGreaterThan(15);
  expect(refusals).toEqual([]);
  expectWell();

  await ready();
  created.add((await client.envs.create.mutate({ name: "afterwards", autoAddNewUsers: false })).id);
  await until(async () => created.isSubsetOf(heard));
  stream.unsubscribe();
  expect(await deploy()).toBe("Done");
}, 120_000);

test("notifications that nobody understands are passed over", async () => {
  for (const payload of ["", "garbage", "{}", "[]", "null", '{"table":"of_the_future","operation":"MOVE"}']) {
    await notify(payload);
  }
  await notify('{"table":"deployments","operation":"UPDATE","id":"no id"}');
  await notify('{"table":"deployment_tasks","operation":"UPDATE","id":"no id"}');
  await notify('{"table":"k8s_clusters","operation":"DELETE","id":"no id"}');
  expect(await deploy()).toBe("Done");
  expectWell();
}, 60_000);

test("a row that cannot be understood holds up itself alone", async () => {
  const chart = await world.chartOf({ version: "2.0.0" });
  const { id } = await world.deploy(chart.id);
  await world.settled(id);
  await world.db.$client`
    insert into deployment_tasks (cluster_id, deployment_id, namespace, operation, actor_label)
    select cluster_id, deployment_id, namespace, '{"kind": "OfTheFuture"}', 'somebody'
    from deployment_tasks where deployment_id = ${id}`;
  await world.db.$client`update helm_charts set values_ui = '7', features = '[]' where id = ${chart.id}`;
  expect(await deploy()).toBe("Done");
  expect((await client.deployments.list.query({})).items.length).toBeGreaterThan(0);
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
  expectWell();
}, 60_000);
