import { expect, test } from "bun:test";
import type { ClusterId, HelmChartId, HelmRegistryId, Json, KindId } from "@platz/domain";
import { eq, sql } from "drizzle-orm";
import { migrateDatabase, schemaIsCurrent } from "./migrate.ts";
import {
  auditLog,
  deploymentKinds,
  deploymentResources,
  deployments,
  envs,
  helmCharts,
  helmRegistries,
  helmTagFormats,
  k8sClusters,
  kindGrants,
  resourceOffers,
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

test("resources that are there when offers come follow their deployments, and what other envs use is offered to them", async () => {
  await using db = await createTestDatabase();
  const cluster = (env: string) => sql`insert into k8s_clusters (env_id, provider_id, name, region_name)
    select id, ${env}, ${env}, 'r' from envs where name = ${env}`;
  const deployment = (name: string, env: string) => sql`
    insert into deployments (name, kind_id, cluster_id, namespace, helm_chart_id)
    select ${name}, k.id, c.id, ${name}, h.id from deployment_kinds k, helm_charts h, k8s_clusters c where c.name = ${env}`;
  const resource = (name: string, of: string, env: string) => sql`
    insert into deployment_resources (type_id, deployment_id, env_id, name)
    select t.id, d.id, e.id, ${name} from deployment_resource_types t, deployments d, envs e
    where d.name = ${of} and e.name = ${env}`;
  const use = (user: string, of: string) => sql`
    insert into deployment_references (deployment_id, collection, item_id)
    select d.id, 'Old/shop', r.id from deployments d, deployment_resources r where d.name = ${user} and r.name = ${of}`;
  const before = [
    sql`insert into envs (name) values ('a'), ('b')`,
    sql`insert into deployment_kinds (name) values ('Old')`,
    sql`insert into helm_registries (domain_name, repo_name, kind_id) select 'r.test', 'old', id from deployment_kinds`,
    sql`insert into helm_charts (created_at, helm_registry_id, image_digest, image_tag)
      select now(), id, 'sha256:1', '1' from helm_registries`,
    cluster("a"),
    cluster("b"),
    deployment("of-a", "a"),
    deployment("of-b", "b"),
    sql`insert into deployment_resource_types (env_id, deployment_kind_id, key)
      select e.id, k.id, 'shop' from envs e, deployment_kinds k where e.name = 'a'`,
    resource("stays", "of-a", "a"),
    resource("moved", "of-b", "a"),
    use("of-b", "stays"),
    use("of-a", "stays"),
    use("of-a", "moved"),
    sql`drop table resource_offers`,
    sql`alter table deployment_resource_types drop column proposed_spec, drop column proposed_from_env_id`,
    sql`alter table secrets drop column kind_ids`,
    sql`delete from drizzle.__drizzle_migrations where name like '%_resource-offers'`,
  ];
  for (const statement of before) await db.execute(statement);
  await migrateDatabase(db.url);
  const names = new Map((await db.select().from(envs)).map(({ id, name }) => [id as string, name]));
  const resources = await db.select().from(deploymentResources);
  expect(resources.map(({ name, envId }) => `${name}: ${names.get(envId ?? "")}`).sort()).toEqual([
    "moved: b",
    "stays: a",
  ]);
  const types = new Map(resources.map(({ id, name, typeId }) => [id as string, { name, typeId }]));
  const offers = await db.select().from(resourceOffers);
  expect(
    offers
      .map((offer) => {
        const of = types.get(offer.resourceId ?? "");
        expect(offer.typeId).toBe(of?.typeId as typeof offer.typeId);
        return `${of?.name} of ${names.get(offer.envId)} to ${names.get(offer.toEnvId)}`;
      })
      .sort(),
  ).toEqual(["moved of b to a", "stays of a to b"]);
});
