import { afterAll, beforeAll, expect, test } from "bun:test";
import { loadConfig } from "@platz/config";
import { auditLog, helmCharts, helmRegistries, kindGrants } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { and, eq } from "drizzle-orm";
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

async function discovering({ domain, isWanted }: TestRepository, more: Record<string, string> = {}) {
  const settings = loadConfig(ChartDiscoverySettings, {
    ...more,
    PLATZ_OCI_REGISTRY_URL: `http://${domain}`,
    PLATZ_OCI_POLL_INTERVAL: "100ms",
  });
  const { log } = testLog();
  return await startChartDiscovery({ ...settings, DATABASE_URL: db.url }, { log, db, isWanted });
}

/** The grants of the kind that a repository has made, once this version of its chart is recorded. */
async function grantsAfter({ repository }: TestRepository, tag: string) {
  const kindId = await until(`a record of ${tag}`, async () => {
    const [row] = await db
      .select({ kindId: helmRegistries.kindId })
      .from(helmCharts)
      .innerJoin(helmRegistries, eq(helmRegistries.id, helmCharts.helmRegistryId))
      .where(and(eq(helmRegistries.repoName, repository), eq(helmCharts.imageTag, tag)));
    return row?.kindId;
  });
  return await db.select().from(kindGrants).where(eq(kindGrants.kindId, kindId));
}

const everything = { PLATZ_NEW_KIND_GRANT: "everything:privileged" };

test("a new kind begins with nothing, unless the installation says what else, which is in the audit log", async () => {
  const [cautious, trusting] = [testRepository("cautious"), testRepository("trusting")];
  for (const repository of [cautious, trusting]) await repository.push("1.0.0");
  await using _cautious = await discovering(cautious);
  await using _trusting = await discovering(trusting, everything);
  expect(await grantsAfter(cautious, "1.0.0")).toEqual([]);
  const [grant, ...more] = await grantsAfter(trusting, "1.0.0");
  expect(more).toEqual([]);
  expect(grant).toMatchObject({ preset: "everything", podSecurityEnforce: "privileged", clusterIds: null });
  expect(grant?.reason).toContain("PLATZ_NEW_KIND_GRANT");
  const [entry] = await db
    .select()
    .from(auditLog)
    .where(eq(auditLog.entityId, grant?.id ?? ""));
  expect(entry).toMatchObject({ actorLabel: "Platz (chart discovery)", entity: "kind_grants" });
});

test("a kind that is there keeps what it has when the setting changes", async () => {
  const repository = testRepository("early");
  await repository.push("1.0.0");
  {
    await using _ = await discovering(repository);
    expect(await grantsAfter(repository, "1.0.0")).toEqual([]);
  }
  await using _ = await discovering(repository, everything);
  await repository.push("2.0.0");
  expect(await grantsAfter(repository, "2.0.0")).toEqual([]);
});

test("a setting for new kinds that makes no sense is refused at the start", () => {
  const PLATZ_OCI_REGISTRY_URL = "http://registry.example.com";
  for (const PLATZ_NEW_KIND_GRANT of ["all", "everything:", "everything:open", "crds,privileged"]) {
    expect(() =>
      loadConfig(ChartDiscoverySettings, { PLATZ_NEW_KIND_GRANT, PLATZ_OCI_REGISTRY_URL }),
    ).toThrow("must be nothing, crds or everything");
  }
});
