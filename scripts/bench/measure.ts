import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { playMainJob } from "../demo/main-job.ts";
import { createPlay, eventually } from "../demo/play.ts";
import type { StackDescription } from "../local-stack/stack-file.ts";
import type { BenchWorld } from "./bench-world.ts";
import { type Figure, ms, percentile, residentMiB } from "./figures.ts";

const CLAIMS = 100;
const INSTALLS = 24;
const AT_ONCE = 4;

/** How long the whole demo takes on a stack that runs. */
export async function measureDemo(stack: StackDescription): Promise<Figure[]> {
  const started = performance.now();
  await playMainJob(
    stack,
    createPlay(() => {}),
  );
  return [
    {
      name: "demo, all steps, on a running stack",
      value: `${((performance.now() - started) / 1000).toFixed(1)} s`,
    },
  ];
}

/** From the moment that a task is there to the moment that an agent has claimed it, with nothing else to do. */
export async function measureClaims(stack: StackDescription, world: BenchWorld): Promise<Figure[]> {
  const { id } = await world.deploy(`claims-${world.mark}`);
  await world.about.settled(id);
  for (let i = 0; i < CLAIMS; i += 1) {
    const operation = { kind: "Reinstall", reason: "bench" } as const;
    await world.client.deploymentTasks.request.mutate({ deploymentId: id, operation });
    await world.about.settled(id);
  }
  const sql = postgres(stack.database, { max: 1 });
  const rows = await sql<{ latency: number }[]>`
    select (extract(epoch from started_at - created_at) * 1000)::float8 as latency
    from deployment_tasks where deployment_id = ${id} and operation->>'kind' = 'Reinstall'`;
  await sql.end();
  const latencies = rows.map(({ latency }) => latency);
  return [
    { name: `claim latency, idle, p50 of ${latencies.length}`, value: ms(percentile(latencies, 0.5)) },
    { name: `claim latency, idle, p99 of ${latencies.length}`, value: ms(percentile(latencies, 0.99)) },
  ];
}

/** Installs of one small chart, four at a time: by Platz, and by the Helm CLI, on the same cluster in the same run. */
export async function measureInstalls(stack: StackDescription, world: BenchWorld): Promise<Figure[]> {
  const byHelm = await helmInstalls(stack, world);
  const started = performance.now();
  const made = await Promise.all(
    Array.from({ length: INSTALLS }, (_, index) => world.deploy(`install-${index}-${world.mark}`)),
  );
  await untilSettled(stack, world);
  const byPlatz = INSTALLS / ((performance.now() - started) / 1000);
  for (const { id } of made) {
    const { status, reason } = await world.about.settled(id);
    if (status !== "Done") throw new Error(`an install failed: ${reason}`);
  }
  return [
    { name: `installs by Platz, ${AT_ONCE} at once, ${INSTALLS} in all`, value: `${byPlatz.toFixed(2)}/s` },
    { name: `installs by \`xargs -P ${AT_ONCE} helm install\`, same chart`, value: `${byHelm.toFixed(2)}/s` },
    { name: "Platz beside the Helm CLI", value: `${((byPlatz / byHelm) * 100).toFixed(0)} %` },
  ];
}

/** One cheap question now and then, not one for each deployment: the cores belong to what is measured. */
async function untilSettled(stack: StackDescription, { cluster }: BenchWorld): Promise<void> {
  const sql = postgres(stack.database, { max: 1 });
  const settled = async () => {
    const [row] = await sql<{ left: number }[]>`
      select count(*)::int as left from deployment_tasks
      where cluster_id = ${cluster.id} and status in ('Pending', 'Started')`;
    return row?.left === 0 ? true : undefined;
  };
  await eventually("The end of the installs", settled, { timeoutMs: 300_000 });
  await sql.end();
}

async function helmInstalls(stack: StackDescription, world: BenchWorld): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "platz-bench-"));
  const names = Array.from({ length: INSTALLS }, (_, index) => `cli-${index}-${world.mark}`);
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, KUBECONFIG: stack.kubeconfig };
  const chart = `oci://${stack.registry}/${world.repository}`;
  const xargs = async (command: readonly string[]) => {
    await writeFile(join(folder, "names"), names.join("\n"));
    const child = Bun.spawn(
      ["xargs", "-P", String(AT_ONCE), "-I{}", "-a", join(folder, "names"), ...command],
      {
        env,
        stdout: "ignore",
        stderr: "inherit",
      },
    );
    if ((await child.exited) !== 0) throw new Error(`${command.slice(0, 2).join(" ")} failed`);
  };
  try {
    const started = performance.now();
    const install = [
      "install",
      "{}",
      chart,
      "--version",
      "1.0.0",
      "--plain-http",
      "-n",
      "{}",
      "--create-namespace",
    ];
    await xargs([stack.helm, ...install]);
    const rate = INSTALLS / ((performance.now() - started) / 1000);
    await xargs([stack.helm, "uninstall", "{}", "-n", "{}"]);
    return rate;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resident memory of each process of ours that has nothing to do. */
export async function measureMemory(stack: StackDescription): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of ["api", "k8s-agent", "chart-discovery", "status-updates"]) {
    const pid = stack.processes[name];
    const mib = pid === undefined ? undefined : await residentMiB(pid);
    if (mib !== undefined)
      figures.push({ name: `memory of ${name} at rest`, value: `${mib.toFixed(0)} MiB` });
  }
  return figures;
}
