import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, helmCharts, k8sClusters } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { eq } from "drizzle-orm";
import { createTestWorld, insertTestChart, type TestWorld } from "../testing.ts";
import { findStatusTarget } from "./find-status-target.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const withStatus = {
  apiVersion: "platz.io/v1beta2",
  kind: "Features",
  spec: {
    ingress: { enabled: true, hostname_format: "Name" },
    status: { endpoint: "standard_ingress", path: "//platz/status", refresh_interval_secs: 30 },
  },
};
const statusChart = () => insertTestChart(db, world.kind.id, { features: withStatus });

test("a deployment whose chart has a status is asked at its ingress, as often as the chart says", async () => {
  const { id, name } = await world.installed({ helmChartId: (await statusChart()).id });
  const target = await findStatusTarget(db, id);
  expect(target).toMatchObject({
    address: { url: `https://${name}.${world.cluster.ingressDomain}/platz/status` },
    refreshMs: 30_000,
  });
});

test("the chart of the revision counts, not the one that is chosen for later", async () => {
  const { id } = await world.installed({ helmChartId: (await statusChart()).id });
  await db.update(deployments).set({ helmChartId: world.chart.id }).where(eq(deployments.id, id));
  expect(await findStatusTarget(db, id)).toBeDefined();
});

test("disabled, not installed, without the feature: none of these is asked", async () => {
  const chart = await statusChart();
  const disabled = await world.installed({ helmChartId: chart.id });
  await db.update(deployments).set({ enabled: false }).where(eq(deployments.id, disabled.id));
  const uninstalled = await world.installed({ helmChartId: chart.id });
  await db.update(deployments).set({ revisionId: null }).where(eq(deployments.id, uninstalled.id));
  const plain = await world.installed();
  const lost = await world.installed({ helmChartId: (await statusChart()).id });
  await db.update(helmCharts).set({ features: null }).where(eq(helmCharts.id, lost.helmChartId));
  for (const { id } of [disabled, uninstalled, plain, lost])
    expect(await findStatusTarget(db, id)).toBeUndefined();
});

test("a cluster without an ingress domain is a sentence", async () => {
  const { id } = await world.installed({ helmChartId: (await statusChart()).id });
  await db.update(k8sClusters).set({ ingressDomain: null }).where(eq(k8sClusters.id, world.cluster.id));
  const target = await findStatusTarget(db, id);
  expect(target?.address).toEqual({ problem: expect.stringContaining("has no ingress domain") });
});
