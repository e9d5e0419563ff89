import { afterAll, beforeAll, expect, test } from "bun:test";
import { loadConfig } from "@platz/config";
import { helmCharts, helmRegistries } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { Sandbox } from "@platz/sandbox";
import { openSandbox } from "@platz/sandbox/process";
import { eq } from "drizzle-orm";
import { ChartDiscoverySettings } from "./settings.ts";
import { startChartDiscovery } from "./start-chart-discovery.ts";
import { type TestRepository, testRepository } from "./testing/test-charts.ts";
import { testLog } from "./testing/test-log.ts";
import { until } from "./testing/until.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

async function discovering(repository: TestRepository, sandbox?: Sandbox) {
  const settings = loadConfig(ChartDiscoverySettings, {
    PLATZ_OCI_REGISTRY_URL: `http://${repository.domain}`,
    PLATZ_OCI_POLL_INTERVAL: "100ms",
  });
  const parts = { log: testLog().log, db, isWanted: repository.isWanted, ...(sandbox ? { sandbox } : {}) };
  return await startChartDiscovery({ ...settings, DATABASE_URL: db.url }, parts);
}

const chartOf = ({ repository }: TestRepository, tag: string) =>
  until(
    `a record of ${tag}`,
    async () => {
      const rows = await db
        .select()
        .from(helmCharts)
        .innerJoin(helmRegistries, eq(helmRegistries.id, helmCharts.helmRegistryId))
        .where(eq(helmRegistries.repoName, repository));
      return rows.map((row) => row.helm_charts).find(({ imageTag }) => imageTag === tag);
    },
    60,
  );

/** Inputs in layers, each of which depends on the whole next one. */
function layers(count: number, width: number): string {
  const ids = (layer: number) => Array.from({ length: width }, (_, index) => `l${layer}-${index}`);
  const inputs = Array.from({ length: count }, (_, layer) =>
    ids(layer).map((id) => ({
      id,
      type: "text",
      label: id,
      showIf: { or: ids(layer + 1).map((name) => ({ var: name })) },
    })),
  ).flat();
  return JSON.stringify({ inputs });
}

test("charts whose conditions or keys would be looked through for ever are recorded like others", async () => {
  const repository = testRepository();
  await repository.push("1.0.0", { "platz/values-ui.yaml": layers(40, 4) });
  const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1\n`).join("");
  await repository.push("1.0.1", { "values.yaml": keys });
  await using _ = await discovering(repository);
  await repository.push("1.0.2");
  for (const tag of ["1.0.0", "1.0.1", "1.0.2"]) {
    expect(await chartOf(repository, tag)).toMatchObject({ error: null, quarantine: null });
  }
});

test("a chart that takes too much to read is recorded as such, and the next ones are found", async () => {
  const repository = testRepository();
  // Less than what any chart may take, and much more than a small one does.
  await using sandbox = openSandbox({ cpuMs: 1_000 });
  let runs = 0;
  const counting: Sandbox = {
    run(name, input) {
      runs += 1;
      return sandbox.run(name, input);
    },
  };
  await using _ = await discovering(repository, counting);
  const keys = Array.from({ length: 90_000 }, (_, index) => `k${index}: 1\n`).join("");
  const files = ["values-ui", "actions", "features", "resources", "another"].map((name) => [
    `platz/${name}.yaml`,
    keys,
  ]);
  const hostile = Object.fromEntries(files);
  const { digest } = await repository.push("1.0.0", hostile);
  await repository.push("1.0.1");
  expect(await chartOf(repository, "1.0.1")).toMatchObject({ error: null, quarantine: null });
  expect(await chartOf(repository, "1.0.0")).toMatchObject({
    imageDigest: digest,
    error: "what it asks for takes too long to compute",
    quarantine:
      "The chart cannot be read: what it asks for takes too long to compute. Publish a corrected one.",
  });
  const before = runs;
  // The same chart under another name costs no process again.
  await repository.push("same", hostile);
  expect(await chartOf(repository, "same")).toMatchObject({
    imageDigest: digest,
    quarantine: expect.stringContaining("too long"),
  });
  expect(runs).toBe(before);
});
