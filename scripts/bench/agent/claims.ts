import { deploymentTasks, k8sClusters } from "@platz/db/schema";
import type { Operation } from "@platz/domain";
import { type AgentWorld, createAgentWorld, until } from "@platz/k8s-agent/testing";
import { and, count, eq, inArray, sql } from "drizzle-orm";
import { type Figure, ms, percentile } from "../figures.ts";
import { startAgentProcess } from "./agent-process.ts";

const CLAIMS = 300;
const QUEUED = 1000;
const DEPLOYMENTS = 100;

type Place = Awaited<ReturnType<AgentWorld["installed"]>>;

/** Tasks that end as soon as they begin: there is nothing to restart. */
const brief = (): Operation => ({
  kind: "RestartK8sResource",
  resourceId: crypto.randomUUID() as never,
  resourceName: "none",
});

/** From the moment that a task is there to the moment that an agent has claimed it, by the database's clock. */
export async function benchClaims(): Promise<Figure[]> {
  await using world = await createAgentWorld();
  await using _agent = await startAgentProcess(world);
  const place = await world.installed();
  const idle = await latencies(world, place);
  // Somebody else's queue: nobody is there to take it.
  await world.db.update(k8sClusters).set({ ignore: false }).where(eq(k8sClusters.id, world.otherCluster.id));
  const waiting = await world.installed();
  await world.db
    .insert(deploymentTasks)
    .values(Array.from({ length: QUEUED }, () => ({ ...taskOf(waiting), clusterId: world.otherCluster.id })));
  const queued = await latencies(world, place);
  return [
    ...figuresOf("claim latency, idle", idle),
    ...figuresOf(`claim latency with ${QUEUED} queued for a cluster that nobody holds`, queued),
    await drained(world),
  ];
}

function figuresOf(name: string, samples: readonly number[]): Figure[] {
  return [
    { name: `${name}, p50 of ${samples.length}`, value: ms(percentile(samples, 0.5)) },
    { name: `${name}, p99`, value: ms(percentile(samples, 0.99)) },
  ];
}

function taskOf({ id, namespace, clusterId }: Place) {
  return { deploymentId: id, namespace, clusterId, operation: brief(), actorLabel: "bench" };
}

async function latencies({ db }: AgentWorld, place: Place): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < CLAIMS; index += 1) {
    const [task] = await db
      .insert(deploymentTasks)
      .values(taskOf(place))
      .returning({ id: deploymentTasks.id });
    const row = await until(async () => {
      const [found] = await db
        .select({
          latency: sql<number>`(extract(epoch from ${deploymentTasks.startedAt} - ${deploymentTasks.createdAt}) * 1000)::float8`,
          finishedAt: deploymentTasks.finishedAt,
        })
        .from(deploymentTasks)
        .where(eq(deploymentTasks.id, task?.id as never));
      return found?.finishedAt ? found : undefined;
    });
    samples.push(row.latency);
  }
  return samples;
}

/** How fast a queue of short tasks of many deployments is worked off. */
async function drained({ db, installed }: AgentWorld): Promise<Figure> {
  const places = await Promise.all(Array.from({ length: DEPLOYMENTS }, () => installed()));
  const begun = performance.now();
  await db
    .insert(deploymentTasks)
    .values(Array.from({ length: QUEUED }, (_, index) => taskOf(places[index % DEPLOYMENTS] as Place)));
  const ids = places.map(({ id }) => id);
  await until(async () => {
    const unfinished = and(
      inArray(deploymentTasks.deploymentId, ids),
      inArray(deploymentTasks.status, ["Pending", "Started"]),
    );
    const [row] = await db.select({ n: count() }).from(deploymentTasks).where(unfinished);
    return row?.n === 0;
  }, 300_000);
  const seconds = (performance.now() - begun) / 1000;
  return {
    name: `${QUEUED} short tasks of ${DEPLOYMENTS} deployments worked off`,
    value: `${Math.round(QUEUED / seconds)}/s`,
  };
}
