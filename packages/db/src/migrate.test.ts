import { expect, test } from "bun:test";
import type { ClusterId, HelmChartId, HelmRegistryId, Json, KindId } from "@platz/domain";
import { eq, sql } from "drizzle-orm";
import { migrateDatabase, schemaIsCurrent } from "./migrate.ts";
import {
  auditLog,
  deploymentKinds,
  deployments,
  envs,
  helmCharts,
  helmRegistries,
  helmTagFormats,
  k8sClusters,
  kindGrants,
} from "./schema/index.ts";
import { createTestDatabase } from "./testing/index.ts";

test("a fresh schema holds one env named Default and two tag formats", async () => {
  await using db = await createTestDatabase();
  expect((await db.select().from(envs)).map(({ name }) => name)).toEqual(["Default"]);
  expect(await db.select().from(helmTagFormats)).toHaveLength(2);
  expect(await db.select().from(deployments)).toEqual([]);
});

test("processes that migrate at the same time take turns, and all find the schema current", async () => {
  await using db = await createTestDatabase();
  await db.execute(sql`drop schema public cascade; create schema public; drop schema drizzle cascade`);
  expect(await schemaIsCurrent(db)).toBe(false);
  await Promise.all([1, 2, 3].map(() => migrateDatabase(db.url)));
  expect(await schemaIsCurrent(db)).toBe(true);
  expect(await db.select().from(envs)).toHaveLength(1);
});

test("kinds that are there when grants come keep everything, and pods beyond baseline are warned of", async () => {
  await using db = await createTestDatabase();
  const [kind] = await db.insert(deploymentKinds).values({ name: "Old" }).returning();
  // As it was before: what came with the migration is taken away, and the migration forgotten.
  await db.execute(sql`drop table kind_grants`);
  await db.execute(sql`delete from drizzle.__drizzle_migrations where name like '%_kind-grants'`);
  await migrateDatabase(db.url);
  expect(await db.select().from(kindGrants)).toEqual([
    expect.objectContaining({
      kindId: kind?.id,
      clusterIds: null,
      preset: "everything",
      podSecurityEnforce: "privileged",
      podSecurityWarn: "baseline",
    }),
  ]);
});

test("deployments that are there when hosts are taken once keep theirs; of two with one host the younger is marked", async () => {
  await using db = await createTestDatabase();
  const [cluster] = await db
    .insert(k8sClusters)
    .values({ name: "c", providerId: "c", regionName: "r", ingressDomain: "apps.test" })
    .returning();
  const chartOf = async (name: string, features: Json | null) => {
    const [kind] = await db.insert(deploymentKinds).values({ name }).returning();
    const [registry] = await db
      .insert(helmRegistries)
      .values({ domainName: "r.test", repoName: name, kindId: kind?.id as KindId })
      .returning();
    const digest = { imageDigest: `sha256:${name}`, imageTag: "1", createdAt: new Date(), features };
    const [chart] = await db
      .insert(helmCharts)
      .values({ ...digest, helmRegistryId: registry?.id as HelmRegistryId })
      .returning();
    return { kindId: kind?.id as KindId, helmChartId: chart?.id as HelmChartId };
  };
  const named = (format: string) => ({
    apiVersion: "platz.io/v1beta2",
    kind: "Features",
    spec: { ingress: { enabled: true, hostname_format: format } },
  });
  const charts = [
    await chartOf("Shop", named("Name")),
    await chartOf("Mixer", named("Name")),
    await chartOf("Old", { standard_ingress: true }),
    await chartOf("Plain", null),
    await chartOf("Long", named("KindAndName")),
  ];
  const namespaces = ["Shop-eve", "Mixer-eve", "old-eve", "plain-eve", "long-eve"];
  for (const [index, chart] of charts.entries()) {
    const place = { name: "eve", namespace: namespaces[index] ?? "", hostLabel: `x${index}` };
    await db.insert(deployments).values({ ...chart, ...place, clusterId: cluster?.id as ClusterId });
  }
  // As it was before.
  await db.execute(sql`alter table deployments drop column host_label, drop column host_shared`);
  await db.execute(sql`drop function platz_host_label cascade`);
  await db.execute(sql`delete from drizzle.__drizzle_migrations where name like '%_deployment-hosts'`);
  const [{ before } = { before: 0 }] = await db.execute<{ before: number }>(
    sql`select count(*)::integer as before from row_events`,
    "objects",
  );
  await migrateDatabase(db.url);
  const rows = await db.select().from(deployments).orderBy(deployments.createdAt);
  expect(rows.map(({ namespace, hostLabel, hostShared }) => [namespace, hostLabel, hostShared])).toEqual([
    ["Shop-eve", "eve", false],
    ["Mixer-eve", "eve", true],
    ["old-eve", "old-eve", false],
    ["plain-eve", "plain-eve", false],
    ["long-eve", "long-eve", false],
  ]);
  const [entry] = await db.select().from(auditLog);
  expect(entry).toMatchObject({
    action: "hosts.markShared",
    entityId: rows[1]?.id,
    entityLabel: "Mixer eve",
  });
  expect(entry?.reason).toContain("the host eve.apps.test");
  const [{ after } = { after: 0 }] = await db.execute<{ after: number }>(
    sql`select count(*)::integer as after from row_events`,
    "objects",
  );
  expect(after).toBe(before);
  // A process of the version before, which is replaced soon.
  await db.execute(
    sql`insert into deployments (name, namespace, kind_id, cluster_id, helm_chart_id)
        select 'ann', 'Shop-ann', kind_id, cluster_id, helm_chart_id from deployments limit 1`,
  );
  const [made] = await db.select().from(deployments).where(eq(deployments.name, "ann"));
  expect(made?.hostLabel).toBe("shop-ann");
});
