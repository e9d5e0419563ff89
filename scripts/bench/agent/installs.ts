import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploymentTasks, helmRegistries } from "@platz/db/schema";
import { type AgentWorld, createAgentWorld, until } from "@platz/k8s-agent/testing";
import { count, eq, inArray, sql } from "drizzle-orm";
import type { Figure } from "../figures.ts";
import { startAgentProcess, watchMemory } from "./agent-process.ts";

const INSTALLS = 40;
const THOUSAND = 1000;

/** Installs of one small chart at two widths: by Platz, and by the Helm CLI before and after, in the same run. */
export async function benchInstalls(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const atOnce of [4, 10]) {
    await using world = await createAgentWorld();
    const chart = await world.chartOf();
    const before = await helmInstalls(world, atOnce);
    const platz = await platzInstalls(world, { chartId: chart.id, count: INSTALLS, atOnce });
    const after = await helmInstalls(world, atOnce);
    const cli = (before.perSecond + after.perSecond) / 2;
    const name = `${INSTALLS} installs, ${atOnce} at once`;
    figures.push(
      {
        name: `${name}, by Platz`,
        value: `${platz.perSecond.toFixed(2)}/s, at most ${platz.peakMiB} MiB with its Helms`,
      },
      {
        name: `${name}, by \`xargs helm install\`, before and after`,
        value: `${before.perSecond.toFixed(2)}/s and ${after.perSecond.toFixed(2)}/s, at most ${after.peakMiB} MiB`,
      },
      {
        name: `${name}, Platz beside the Helm CLI`,
        value: `${((platz.perSecond / cli) * 100).toFixed(0)} %`,
      },
    );
  }
  return figures;
}

const idleWeb = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: app}]}
`;

/** A thousand installs of a chart that is scaled to zero, in one run. */
export async function benchThousand(): Promise<Figure[]> {
  await using world = await createAgentWorld();
  const chart = await world.chartOf({ templates: { "web.yaml": idleWeb } });
  const { seconds, peakMiB, failed } = await platzInstalls(world, {
    chartId: chart.id,
    count: THOUSAND,
    atOnce: 10,
  });
  return [
    {
      name: `${THOUSAND} installs of a chart scaled to zero, 10 at once`,
      value: `${seconds.toFixed(0)} s, ${(THOUSAND / seconds).toFixed(2)}/s, ${failed} failed, at most ${peakMiB} MiB`,
    },
  ];
}

interface Installs {
  readonly chartId: Parameters<AgentWorld["deploy"]>[0];
  readonly count: number;
  readonly atOnce: number;
}

/** From the first start to the last end, by the database's clock. All is asked for before the agent begins. */
async function platzInstalls(world: AgentWorld, { chartId, count: wanted, atOnce }: Installs) {
  const { db } = world;
  const ids: Parameters<AgentWorld["tasks"]>[0][] = [];
  for (let index = 0; index < wanted; index += 1) ids.push((await world.deploy(chartId)).id);
  const width = {
    PLATZ_TASK_CONCURRENCY: String(atOnce),
    PLATZ_TASK_CONCURRENCY_PER_CLUSTER: String(atOnce),
  };
  await using agent = await startAgentProcess(world, width);
  agent.peakMiB();
  const ofRun = inArray(deploymentTasks.deploymentId, ids);
  const row = await until(async () => {
    const [found] = await db
      .select({
        ended: count(deploymentTasks.finishedAt),
        failed: sql<number>`count(*) filter (where ${deploymentTasks.status} <> 'Done')::int`,
        seconds: sql<number>`extract(epoch from max(${deploymentTasks.finishedAt}) - min(${deploymentTasks.firstAttemptedAt}))::float8`,
      })
      .from(deploymentTasks)
      .where(ofRun);
    await Bun.sleep(250);
    return found?.ended === wanted ? found : undefined;
  }, 1_800_000);
  return { ...row, perSecond: wanted / row.seconds, peakMiB: agent.peakMiB() };
}

async function helmInstalls(world: AgentWorld, atOnce: number) {
  const [registry] = await world.db
    .select()
    .from(helmRegistries)
    .where(eq(helmRegistries.id, world.chart.helmRegistryId));
  if (registry === undefined) throw new Error("no registry");
  const helm = world.environment.PLATZ_HELM_BIN;
  const folder = await mkdtemp(join(tmpdir(), "platz-bench-"));
  const names = Array.from({ length: INSTALLS }, () => `cli-${crypto.randomUUID().slice(0, 13)}`);
  const names_ = join(folder, "names");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    KUBECONFIG: world.adminKubeconfig,
  };
  const xargs = async (...command: readonly string[]) => {
    const child = Bun.spawn(["xargs", "-P", String(atOnce), "-I{}", "-a", names_, helm, ...command], {
      env,
      stdout: "ignore",
      stderr: "inherit",
    });
    const memory = watchMemory(child.pid);
    const status = await child.exited;
    memory.stop();
    if (status !== 0) throw new Error(`helm ${command[0]} failed`);
    return memory.take();
  };
  try {
    await writeFile(names_, names.join("\n"));
    const chart = `oci://${registry.domainName}/${registry.repoName}`;
    const options = [
      "--version",
      "1.0.0",
      "--plain-http",
      "--set",
      "app.size=3",
      "-n",
      "{}",
      "--create-namespace",
    ];
    const begun = performance.now();
    const peakMiB = await xargs("install", "{}", chart, ...options);
    const perSecond = INSTALLS / ((performance.now() - begun) / 1000);
    await Promise.all(names.map((name) => world.client.deleteNamespace(name)));
    return { perSecond, peakMiB };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
