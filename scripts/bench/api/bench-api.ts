import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateDatabase } from "@platz/db";
import { freePort } from "../../local-stack/choose-port.ts";
import { startPostgres } from "../../local-stack/parts/postgres.ts";
import { type Figure, ms } from "../figures.ts";
import { measureFanOut } from "./fan-out.ts";
import { batch, type Load, load, query, type Request } from "./load.ts";
import { amounts, type Seeded, seed } from "./seed.ts";
import { startApis } from "./start-api.ts";

const CLIENTS = 32;

/** The API alone on a full database: requests, memory, and changes to many followers. */
export async function benchApi(): Promise<Figure[]> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "platz-bench-"));
  await chmod(folder, 0o711);
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = parts.use(
    await startPostgres({
      folder: join(folder, "postgres"),
      logFolder: folder,
      port: await freePort(),
      password: crypto.randomUUID(),
      settings: ["shared_buffers=512MB"],
    }),
  );
  await migrateDatabase(postgres.url);
  console.error(`seeding ${amounts.deployments} deployments and ${amounts.tasks} tasks`);
  const seeded = await seed(postgres.url);

  const figures: Figure[] = [];
  for (const processes of [1, 2]) {
    await using api = await startApis(processes, { folder, database: postgres.url });
    const atRest = await api.memory();
    figures.push({ name: `memory at rest, ${processes} process(es)`, value: `${atRest} MiB` });
    for (const request of requestsOf(seeded)) {
      const measured = await load(api.origin, request, CLIENTS);
      const name = `${request.name}, ${CLIENTS} clients, ${processes} process(es)`;
      figures.push({ name, value: textOf(measured) });
      console.error(`${name}: ${textOf(measured)}`);
    }
    figures.push({ name: `memory under load, ${processes} process(es)`, value: `${await api.memory()} MiB` });
    if (processes === 1) {
      figures.push(...(await measureFanOut(api.origin, seeded.followerTokens, postgres.url)));
      figures.push({ name: "memory with 1000 subscribers", value: `${await api.memory()} MiB` });
    }
  }
  return figures;
}

function requestsOf({ adminToken, memberToken, envId, deploymentId }: Seeded): Request[] {
  const page = { page: 1, perPage: 50 };
  const admin = (name: string, path: string): Request => ({ name, path, token: adminToken });
  const member = (name: string, path: string): Request => ({ name, path, token: memberToken });
  return [
    member("own identity", query("me.get")),
    member("deployment by id", query("deployments.get", { id: deploymentId })),
    member("page of 50 of an env's deployments", query("deployments.list", { envId, page })),
    admin("page of 50 of all deployments", query("deployments.list", { page })),
    admin("page of 50 of all tasks", query("deploymentTasks.list", { page })),
    member("tasks of a deployment", query("deploymentTasks.list", { deploymentId, page })),
    admin(
      "filtered count",
      query("deployments.list", { enabled: true, name: "77", page: { page: 1, perPage: 1 } }),
    ),
    member(
      "batch of five",
      batch([
        ["me.get", {}],
        ["deployments.get", { id: deploymentId }],
        ["deploymentTasks.list", { deploymentId, page }],
        ["envs.list", { page }],
        ["k8sResources.list", { deploymentId, page }],
      ]),
    ),
  ];
}

function textOf({ perSecond, p50, p95, p99 }: Load): string {
  return `${Math.round(perSecond)}/s, p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
}
