import { arnOf, startAwsStub } from "@platz/aws/testing";
import { deploymentTasks, k8sClusters, k8sResources } from "@platz/db/schema";
import { type DeploymentTaskId, K8sResourceId, type Operation } from "@platz/domain";
import { type AgentWorld, createAgentWorld, tcpProxy, until } from "@platz/k8s-agent/testing";
import { insertTestCluster } from "@platz/services/testing";
import { and, eq, inArray, sql } from "drizzle-orm";
import { type Figure, ms, percentile } from "../figures.ts";
import { startAgentProcess } from "./agent-process.ts";

const CLUSTERS = 20;
const DEPLOYMENTS_EACH = 8;
const ROUNDS = 4;
const TASKS = 400;
/** About a third of what the agent works off, so that what a task waits for is its place, not the queue. */
const EVERY_MS = 25;

type Place = Awaited<ReturnType<AgentWorld["installed"]>> & { readonly podId: K8sResourceId };

/** What tasks wait that ask something of their cluster, while one of twenty clusters takes connections and never answers. */
export async function benchBulkhead(): Promise<Figure[]> {
  await using world = await createAgentWorld();
  await using proxy = await tcpProxy(world.connection.server);
  const regions = Array.from({ length: CLUSTERS }, (_, index) => `bench-north-${index + 1}`);
  await using aws = startAwsStub(regions);
  const { server, ca = "" } = world.connection;
  const name = process.env["PLATZ_TEST_EKS_CLUSTER"] ?? "";
  const account = "200000000000";
  const clusters = regions.map((region, index) => {
    const endpoint = index === 0 ? `https://127.0.0.1:${proxy.port}` : server;
    return { region, name, status: "ACTIVE", endpoint, ca } as const;
  });
  aws.clusters.set(account, clusters);
  const places = await Promise.all(clusters.map((cluster) => placesOn(world, arnOf(account, cluster))));
  await using _agent = await startAgentProcess(
    world,
    {
      ...aws.environment,
      PLATZ_CLUSTER_PROVIDER: "eks",
      PLATZ_EKS_ROLES: `arn:aws:iam::${account}:role/platz`,
      BUN_CONFIG_MAX_HTTP_REQUESTS: "1024",
    },
    CLUSTERS,
  );
  const [silent = [], ...others] = places;
  const waits = { well: [] as number[], hanging: [] as number[] };
  await load(world, others.flat());
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turns, so that what else the machine does falls on both.
    waits.well.push(...(await load(world, others.flat())));
    proxy.hang(true);
    const stuck = await ask(world, silent);
    waits.hanging.push(...(await load(world, others.flat())));
    proxy.hang(false);
    await ended(world, stuck);
  }
  const change = (percentile(waits.hanging, 0.95) / percentile(waits.well, 0.95) - 1) * 100;
  return [
    {
      name: `wait of a task, ${CLUSTERS} clusters, p50 and p95 of ${waits.well.length}`,
      value: both(waits.well),
    },
    { name: "the same on the others while one of them hangs", value: both(waits.hanging) },
    { name: "change of p95", value: `${change.toFixed(1)} %` },
  ];
}

const both = (samples: readonly number[]) =>
  `${ms(percentile(samples, 0.5))}, ${ms(percentile(samples, 0.95))}`;

/** Deployments on a cluster, each with a pod that the database knows and the cluster does not. */
async function placesOn({ db, env, installed }: AgentWorld, providerId: string): Promise<Place[]> {
  const { id: clusterId } = await insertTestCluster(db, env.id);
  await db.update(k8sClusters).set({ providerId, isOk: false }).where(eq(k8sClusters.id, clusterId));
  return await Promise.all(
    Array.from({ length: DEPLOYMENTS_EACH }, async () => {
      const place = await installed({ clusterId });
      return { ...place, podId: K8sResourceId.parse(crypto.randomUUID()) };
    }),
  );
}

/** Asks at an even pace for tasks that end by the cluster's first answer. Gives what each waited for its claim, in ms. */
async function load(world: AgentWorld, places: readonly Place[]): Promise<number[]> {
  const asked: DeploymentTaskId[] = [];
  for (let index = 0; index < TASKS; index += 1) {
    const place = places[(index * 7) % places.length];
    if (place) asked.push(...(await ask(world, [place])));
    await Bun.sleep(EVERY_MS);
  }
  return await ended(world, asked);
}

async function ask({ db }: AgentWorld, places: readonly Place[]): Promise<DeploymentTaskId[]> {
  const pods = places.map(({ podId, id, clusterId }) => ({
    id: podId,
    clusterId,
    deploymentId: id,
    kind: "Pod" as const,
    apiVersion: "v1",
    name: "none",
    statusColor: ["success"],
    metadata: {},
  }));
  await db.insert(k8sResources).values(pods).onConflictDoNothing();
  const operation = (resourceId: K8sResourceId): Operation => ({
    kind: "RestartK8sResource",
    resourceId,
    resourceName: "none",
  });
  const rows = await db
    .insert(deploymentTasks)
    .values(
      places.map(({ id, namespace, clusterId, podId }) => ({
        deploymentId: id,
        namespace,
        clusterId,
        actorLabel: "bench",
        operation: operation(podId),
      })),
    )
    .returning({ id: deploymentTasks.id });
  return rows.map(({ id }) => id);
}

async function ended({ db }: AgentWorld, ids: readonly DeploymentTaskId[]): Promise<number[]> {
  const these = inArray(deploymentTasks.id, [...ids]);
  await until(
    async () => (await db.$count(deploymentTasks, and(these, sql`finished_at is null`))) === 0,
    300_000,
  );
  const rows = await db
    .select({
      wait: sql<number>`(extract(epoch from ${deploymentTasks.firstAttemptedAt} - ${deploymentTasks.createdAt}) * 1000)::float8`,
    })
    .from(deploymentTasks)
    .where(these);
  return rows.map(({ wait }) => wait);
}
