import { deployments, deploymentTasks } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createTestWorld, insertTestChart, insertTestCluster } from "@platz/services/testing";
import { eq, sql } from "drizzle-orm";
import { cpuSeconds, type Figure, percentile } from "../figures.ts";
import { startWorker } from "../worker-process.ts";

const DEPLOYMENTS = 3000;
const CLUSTERS = 10;
const INTERVAL_S = 15;
const WARM_UP_S = 30;
const MEASURED_S = 120;
/** Of the targets: one in so many takes a second to answer, one never answers, one says something else each time. */
const SLOW_EVERY = 50;
const SILENT_EVERY = 100;
const CHANGING_EVERY = 20;

/** 3,000 deployments asked for their status every 15 seconds: what that costs, and how late they are asked. */
export async function benchPolling(): Promise<Figure[]> {
  await using db = await createTestDatabase();
  await using targets = startTargets();
  const domains = await insertDeployments(db);
  await using worker = startWorker("status-updates", {
    DATABASE_URL: db.url,
    PLATZ_OWN_URL: "https://platz.example.com",
    PLATZ_ENCRYPTION_KEYS: `bench:${btoa("k".repeat(32))}`,
    PLATZ_EGRESS_RESOLVE: domains.map((domain) => `${domain}=${targets.url}`).join(),
  });
  await Bun.sleep(WARM_UP_S * 1000);
  worker.peakMiB();
  const cpuBefore = (await cpuSeconds(worker.pid)) ?? 0;
  targets.begin();
  await Bun.sleep(MEASURED_S * 1000);
  const cpu = (((await cpuSeconds(worker.pid)) ?? 0) - cpuBefore) / MEASURED_S;
  const { gaps, asked } = targets.end();
  const late = gaps.filter((gap) => gap > 2 * INTERVAL_S);
  const name = `${DEPLOYMENTS} deployments asked every ${INTERVAL_S} s`;
  return [
    { name: `${name}: CPU`, value: `${cpu.toFixed(2)} of a core` },
    { name: `${name}: memory`, value: `${worker.peakMiB()} MiB` },
    { name: `${name}: questions`, value: `${(asked / MEASURED_S).toFixed(0)}/s` },
    {
      name: `${name}: time between two questions that were answered`,
      value: `p50 ${percentile(gaps, 0.5).toFixed(1)} s, p99 ${percentile(gaps, 0.99).toFixed(1)} s, longest ${Math.max(...gaps).toFixed(1)} s`,
    },
    { name: `${name}: late by more than one interval`, value: String(late.length) },
  ];
}

const nameOf = (index: number) => `app-${index}`;

async function insertDeployments(db: TestDatabase): Promise<string[]> {
  const world = await createTestWorld(db);
  const features = {
    apiVersion: "platz.io/v1beta2",
    kind: "Features",
    spec: {
      ingress: { enabled: true, hostname_format: "Name" },
      status: { endpoint: "standard_ingress", path: "platz/status", refresh_interval_secs: INTERVAL_S },
    },
  };
  const chart = await insertTestChart(db, world.kind.id, { features });
  const clusters = await Promise.all(
    Array.from({ length: CLUSTERS }, () => insertTestCluster(db, world.env.id)),
  );
  const { id } = await world.installed({ helmChartId: chart.id });
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  const [install] = await db.select().from(deploymentTasks).where(eq(deploymentTasks.deploymentId, id));
  if (row === undefined || install === undefined) throw new Error("no deployment");
  const { id: _, ...deployment } = row;
  const { id: _task, seq: _seq, ...task } = install;
  const rows = Array.from({ length: DEPLOYMENTS }, (_, index) => ({
    ...deployment,
    name: nameOf(index),
    namespace: nameOf(index),
    hostLabel: nameOf(index),
    clusterId: clusters[index % CLUSTERS]?.id ?? deployment.clusterId,
  }));
  for (let from = 0; from < rows.length; from += 500) {
    const some = await db
      .insert(deployments)
      .values(rows.slice(from, from + 500))
      .returning({ id: deployments.id });
    await db.insert(deploymentTasks).values(some.map(({ id: deploymentId }) => ({ ...task, deploymentId })));
  }
  // Each was installed by a task of its own.
  await db.execute(
    sql`update deployments set revision_id = t.id from deployment_tasks t where t.deployment_id = deployments.id`,
  );
  await db.delete(deployments).where(eq(deployments.id, id));
  return clusters.map(({ ingressDomain }) => ingressDomain ?? "");
}

/** All applications at one address. Those that never answer are left out of the gaps: they are asked less and less. */
function startTargets() {
  const askedAt = new Map<string, number>();
  let gaps: number[] = [];
  let asked = 0;
  let isMeasuring = false;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const host = request.headers.get("host")?.split(".")[0] ?? "";
      const index = Number(host.slice("app-".length));
      asked += 1;
      if (index % SILENT_EVERY === 1) return await new Promise<Response>(() => {});
      const now = performance.now();
      const before = askedAt.get(host);
      askedAt.set(host, now);
      if (isMeasuring && before !== undefined) gaps.push((now - before) / 1000);
      if (index % SLOW_EVERY === 2) await Bun.sleep(1000);
      const name = index % CHANGING_EVERY === 3 ? `Step ${asked}` : "Idle";
      return Response.json({ status: { name, color: "success" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    begin() {
      gaps = [];
      asked = 0;
      isMeasuring = true;
    },
    /** Seconds between two questions to each target, those that were not asked again included, and how many there were. */
    end() {
      const now = performance.now();
      const open = [...askedAt.values()].map((before) => (now - before) / 1000);
      return { gaps: [...gaps, ...open.filter((gap) => gap > INTERVAL_S * 2)], asked };
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
