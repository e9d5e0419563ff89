import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog, deployments, helmCharts } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Forbidden, PreconditionFailed, Unavailable } from "@platz/domain";
import { inProcessSandbox, type Sandbox, SandboxFailure, type SandboxFailureKind } from "@platz/sandbox";
import { eq } from "drizzle-orm";
import type { ServiceContext } from "../context.ts";
import { bulkUpgrade } from "../deployment/bulk-upgrade.ts";
import { createDeployment } from "../deployment/create.ts";
import { previewDeployment } from "../deployment/preview.ts";
import { createTestWorld, insertTestChart, type TestWorld } from "../testing.ts";
import { createChartComputer } from "./chart-computer.ts";
import { releaseChart } from "./release.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const log = { info: () => {}, warn: () => {} };

/** A process whose sandbox fails so for forms with this marker, and counts how often it was tried. */
function processOf(kind: SandboxFailureKind) {
  const within = inProcessSandbox();
  let tries = 0;
  const sandbox: Sandbox = {
    run: (name, input) => {
      if (!JSON.stringify(input).includes("costly")) return within.run(name, input);
      tries += 1;
      return Promise.reject(new SandboxFailure(kind, "so it is"));
    },
  };
  const computer = createChartComputer({ sandbox, db, log });
  return { as: (context: ServiceContext) => ({ ...context, computer }), tries: () => tries };
}

const costlyChart = () =>
  insertTestChart(db, world.kind.id, {
    valuesUi: { inputs: [{ id: "a", type: "text", label: "costly" }] },
  });

async function rowOf({ id }: { readonly id: (typeof helmCharts.$inferSelect)["id"] }) {
  const [row] = await db.select().from(helmCharts).where(eq(helmCharts.id, id));
  return row;
}

async function quarantineOf(chart: Parameters<typeof rowOf>[0]): Promise<string> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const quarantine = (await rowOf(chart))?.quarantine ?? null;
    if (quarantine !== null) return quarantine;
    if (Date.now() > deadline) throw new Error("no quarantine was written");
    await Bun.sleep(10);
  }
}

test.each([
  ["too-long", "takes too long"],
  ["too-large", "too much memory"],
  ["ended", "ends the process"],
] as const)("a chart that is %s is told so, and tried no more by any process", async (kind, words) => {
  const chart = await costlyChart();
  const [one, other] = [processOf(kind), processOf(kind)];
  const input = world.newDeployment({ helmChartId: chart.id, config: { a: "x" } });
  const failed = createDeployment(one.as(world.owner), input);
  await expect(failed).rejects.toThrow(PreconditionFailed);
  await expect(failed).rejects.toThrow(words);
  await expect(failed).rejects.toThrow(`The chart 1.0.0 cannot be used: what it asks for`);
  await expect(createDeployment(one.as(world.owner), input)).rejects.toThrow(words);
  expect(one.tries()).toBe(1);
  expect(await quarantineOf(chart)).toContain(words);
  await expect(createDeployment(other.as(world.owner), input)).rejects.toThrow(words);
  expect(other.tries()).toBe(0);
  expect(await db.select().from(deployments).where(eq(deployments.name, input.name))).toEqual([]);
});

test("a site admin lets a chart be computed again, which the audit log tells; nobody else does", async () => {
  const chart = await costlyChart();
  const here = processOf("too-long");
  const input = world.newDeployment({ helmChartId: chart.id, config: { a: "x" } });
  await expect(createDeployment(here.as(world.owner), input)).rejects.toThrow("takes too long");
  await quarantineOf(chart);
  await expect(releaseChart(world.envAdmin, chart.id)).rejects.toThrow(Forbidden);
  await releaseChart(world.siteAdmin, chart.id);
  expect(await rowOf(chart)).toMatchObject({ quarantine: null });
  expect(await createDeployment(world.owner, input)).toMatchObject({ helmChartId: chart.id });
  const entries = await db.select().from(auditLog).where(eq(auditLog.entityId, chart.id));
  expect(entries.map(({ changes }) => changes)).toEqual([
    { quarantine: { before: expect.stringContaining("takes too long"), after: null } },
  ]);
  await expect(releaseChart(world.siteAdmin, chart.id)).rejects.toThrow("nothing keeps it from that");
});

test("a chart that could not be read stays as it is", async () => {
  const chart = await insertTestChart(db, world.kind.id, { error: "too large", quarantine: "too large" });
  await expect(releaseChart(world.siteAdmin, chart.id)).rejects.toThrow("publish a corrected one");
  expect(await rowOf(chart)).toMatchObject({ quarantine: "too large" });
});

test("a deployment is upgraded to no such chart, and one that has it is rendered no more", async () => {
  const chart = await costlyChart();
  const here = processOf("too-long");
  const { id } = await world.installed();
  const [result] = await bulkUpgrade(here.as(world.owner), {
    ids: [id],
    helmChartId: chart.id,
    dryRun: false,
  });
  expect(result).toMatchObject({ outcome: "refused", reason: expect.stringContaining("takes too long") });
  await quarantineOf(chart);
  const before = await createDeployment(world.owner, world.newDeployment());
  await db.update(deployments).set({ helmChartId: chart.id }).where(eq(deployments.id, before.id));
  await expect(previewDeployment(here.as(world.owner), { id: before.id })).rejects.toThrow("takes too long");
  expect(here.tries()).toBe(1);
});

test("a machine that has no time for it is no fault of the chart", async () => {
  const chart = await costlyChart();
  const here = processOf("busy");
  const input = world.newDeployment({ helmChartId: chart.id, config: {} });
  await expect(createDeployment(here.as(world.owner), input)).rejects.toThrow(Unavailable);
  await expect(createDeployment(here.as(world.owner), input)).rejects.toThrow(Unavailable);
  expect(here.tries()).toBe(2);
  expect(await rowOf(chart)).toMatchObject({ quarantine: null });
});

test("a job that fails without costing a process is the chart's failure, and is tried again", async () => {
  const chart = await costlyChart();
  const here = processOf("failed");
  const input = world.newDeployment({ helmChartId: chart.id, config: {} });
  for (const _ of [1, 2]) {
    await expect(createDeployment(here.as(world.owner), input)).rejects.toThrow("cannot be computed");
  }
  expect(here.tries()).toBe(2);
  expect(await rowOf(chart)).toMatchObject({ quarantine: null });
});
