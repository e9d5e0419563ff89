import { readdir, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { arnOf, startAwsStub } from "@platz/aws/testing";
import { deployments, k8sClusters } from "@platz/db/schema";
import { createAgentWorld, kubeRequest, until } from "@platz/k8s-agent/testing";
import { eq } from "drizzle-orm";
import postgres from "postgres";
import { query } from "../api/load.ts";
import { seedPerson } from "../api/seed.ts";
import { startApi } from "../api/start-api.ts";
import { type Figure, ms, percentile, residentMiB } from "../figures.ts";
import { startAgentProcess } from "./agent-process.ts";
import { countingProxy } from "./counting-proxy.ts";

const TRACKED = 3000;
const CHANGES = 300;
const AT_ONCE = 24;
const IDLE_MINUTES = 2;
const CLUSTERS = 100;

/** From a pod's change on the cluster to its event at a client, among thousands of tracked deployments. */
export async function benchEvents(): Promise<Figure[]> {
  await using world = await createAgentWorld();
  const { db, connection } = world;
  const kube = (method: string, path: string, body?: object) =>
    kubeRequest(connection, { method, path, ...(body ? { body } : {}) });
  const mark = crypto.randomUUID().slice(0, 8);
  const rows = Array.from({ length: TRACKED }, (_, index) => ({
    name: `t${index}-${mark}`,
    kindId: world.kind.id,
    clusterId: world.cluster.id,
    namespace: `tracked-${mark}-${index}`,
    hostLabel: `tracked-${mark}-${index}`,
    status: "Running" as const,
    helmChartId: world.chart.id,
  }));
  const made = await db.insert(deployments).values(rows).returning();
  console.error(`making ${TRACKED} namespaces with a pod each`);
  const pods = await eachOf(made, async ({ id, namespace }) => {
    const metadata = { name: namespace, labels: { platz: "yes" }, annotations: { platz_deployment_id: id } };
    await kube("POST", "/api/v1/namespaces", { metadata });
    const pod = {
      metadata: { name: "p" },
      spec: { nodeSelector: { no: "node" }, containers: [{ name: "app", image: "app" }] },
    };
    const path = `/api/v1/namespaces/${namespace}/pods`;
    // The namespace's service account comes a moment later.
    const answer = await until(() => kube("POST", path, pod).catch(() => undefined));
    return { path: `${path}/p/status`, uid: (answer as { metadata: { uid: string } }).metadata.uid };
  });
  await using agent = await startAgentProcess(world);
  const sql = postgres(db.url, { max: 1 });
  await until(async () => {
    const [row] = await sql`select count(*)::int as n from k8s_resources where kind = 'Pod'`;
    return row?.["n"] >= TRACKED;
  }, 300_000);
  const token = await seedPerson(sql, `events-${mark}`, true);
  await sql.end();
  await using api = await startApi(db.url);
  const written = new Map<string, number>();
  const delays: number[] = [];
  using stream = await follow(api.origin, token, (id) => {
    const at = written.get(id);
    if (at !== undefined) delays.push(performance.now() - at);
    written.delete(id);
  });
  for (const { path, uid } of pods.slice(0, CHANGES)) {
    written.set(uid, performance.now());
    await kube("PATCH", path, { status: { phase: "Failed" } });
    await Bun.sleep(20);
  }
  await until(async () => delays.length >= CHANGES, 30_000);
  stream.destroy();
  const name = `pod change to event at the client, ${TRACKED} deployments tracked`;
  const figures = [
    { name: `${name}, p50 of ${delays.length}`, value: ms(percentile(delays, 0.5)) },
    { name: `${name}, p95`, value: ms(percentile(delays, 0.95)) },
    {
      name: `memory of an agent that tracks ${TRACKED} deployments`,
      value: `${Math.round((await residentMiB(agent.pid)) ?? 0)} MiB`,
    },
  ];
  await eachOf(made, ({ namespace }) => world.client.deleteNamespace(namespace));
  return figures;
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return results;
}

/** Follows the changes of workloads as a browser does. */
async function follow(origin: string, token: string, onChange: (id: string) => void) {
  const url = new URL(`/trpc/${query("events.changes", { tables: ["k8s_resources"] })}`, origin);
  const ready = Promise.withResolvers<void>();
  const socket = connect(Number(url.port), url.hostname, () => {
    socket.write(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${token}\r\naccept: text/event-stream\r\n\r\n`,
    );
  });
  createInterface({ input: socket }).on("line", (line) => {
    if (line.includes('"type":"ready"')) ready.resolve();
    const id = /"type":"change".*"id":"([^"]+)"/.exec(line)?.[1];
    if (id !== undefined) onChange(id);
  });
  await ready.promise;
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.destroy() });
}

/** What an agent asks of an API server while nothing changes. */
export async function benchIdle(): Promise<Figure[]> {
  await using world = await createAgentWorld();
  await using proxy = await countingProxy(world.connection);
  // As it is named in the kubeconfig that leads through the proxy.
  await world.db
    .update(k8sClusters)
    .set({ providerId: "local:context" })
    .where(eq(k8sClusters.id, world.cluster.id));
  await using _agent = await startAgentProcess(world, { PLATZ_LOCAL_KUBECONFIG: proxy.kubeconfig });
  await Bun.sleep(20_000);
  const before = proxy.requests.length;
  await Bun.sleep(IDLE_MINUTES * 60_000);
  const perMinute = (proxy.requests.length - before) / IDLE_MINUTES;
  const asked = [...new Set(proxy.requests.slice(before))].join(", ");
  return [
    { name: "requests to an API server in an idle minute", value: `${perMinute.toFixed(1)} (${asked})` },
  ];
}

const ACCOUNTS = 10;

/** A hundred clusters in one agent: the same control plane under a hundred names. */
export async function benchClusters(): Promise<Figure[]> {
  await using world = await createAgentWorld();
  const regions = Array.from({ length: CLUSTERS / ACCOUNTS }, (_, index) => `bench-north-${index + 1}`);
  await using aws = startAwsStub(regions);
  const { server: endpoint, ca = "" } = world.connection;
  const name = process.env["PLATZ_TEST_EKS_CLUSTER"] ?? "";
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => String(200_000_000_000 + index));
  const clusters = regions.map((region) => ({ region, name, status: "ACTIVE", endpoint, ca }) as const);
  for (const account of accounts) aws.clusters.set(account, [...clusters]);
  const arns = accounts.flatMap((account) => clusters.map((cluster) => arnOf(account, cluster)));
  await world.db
    .insert(k8sClusters)
    .values(arns.map((providerId) => ({ providerId, name, regionName: "bench", ignore: false })));
  const more = {
    ...aws.environment,
    PLATZ_CLUSTER_PROVIDER: "eks",
    PLATZ_EKS_ROLES: accounts.map((account) => `arn:aws:iam::${account}:role/platz`).join(),
    BUN_CONFIG_MAX_HTTP_REQUESTS: "1024",
  };
  const begun = performance.now();
  await using agent = await startAgentProcess(world, more, CLUSTERS);
  const seconds = (performance.now() - begun) / 1000;
  await Bun.sleep(10_000);
  const memory = Math.round((await residentMiB(agent.pid)) ?? 0);
  return [
    {
      name: `${CLUSTERS} clusters watched by one agent`,
      value: `${memory} MiB, ${await socketsOf(agent.pid)} sockets, all connected after ${seconds.toFixed(1)} s`,
    },
  ];
}

async function socketsOf(pid: number): Promise<number> {
  const names = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(names.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
  return links.filter((link) => link.startsWith("socket:")).length;
}
