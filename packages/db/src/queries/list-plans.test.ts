import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ListName, type ListRequest, type Page, sortsOf } from "@platz/domain";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Queryable } from "../open-database.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import { type DeploymentTaskFilter, listDeploymentTasks } from "./deployment-tasks.ts";
import { type DeploymentFilter, listDeployments } from "./deployments.ts";
import type { EnvScope } from "./env-scope.ts";
import { type HelmChartFilter, listHelmCharts } from "./helm-charts.ts";
import { type K8sResourceFilter, listK8sResources } from "./k8s-resources.ts";

const ROWS = 50_000;
const large = ["deployments", "deployment_tasks", "k8s_resources", "helm_charts"];

let db: TestDatabase;
/** The same database through a drizzle that remembers its statements. */
let watched: Queryable;
const statements: { readonly query: string; readonly params: unknown[] }[] = [];
let ids: Record<
  "env" | "otherEnv" | "cluster" | "kind" | "registry" | "chart" | "deployment" | "user",
  never
>;

beforeAll(async () => {
  db = await createTestDatabase();
  await seed();
  const logger = { logQuery: (query: string, params: unknown[]) => statements.push({ query, params }) };
  watched = drizzle({ client: db.$client, logger });
  const [row] = await db.$client`
    select (select id from envs order by name limit 1) as env,
      (select id from envs order by name offset 1 limit 1) as other_env,
      (select id from k8s_clusters order by name limit 1) as cluster,
      (select id from deployment_kinds limit 1) as kind,
      (select id from helm_registries limit 1) as registry,
      (select id from helm_charts limit 1) as chart,
      (select id from deployments limit 1) as deployment,
      (select id from users limit 1) as user`;
  ids = { ...row, otherEnv: row?.["other_env"] } as unknown as typeof ids;
}, 120_000);
afterAll(() => db[Symbol.asyncDispose]());

async function seed() {
  const sql = db.$client;
  // It would look at the tables in between, and keep the vacuum at the end from seeing that all rows are old.
  for (const table of large) await sql.unsafe(`alter table ${table} set (autovacuum_enabled = false)`);
  await sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into users (display_name, email) values ('A', 'a@platz.dev')`;
    await sql`insert into envs (name) select 'env-' || n from generate_series(1, 50) n`;
    await sql`insert into k8s_clusters (env_id, provider_id, name, region_name)
      select id, 'p:' || name || c, name || c, 'here' from envs, generate_series(1, 2) c`;
    await sql`insert into deployment_kinds (name) select 'Kind' || n from generate_series(1, 20) n`;
    await sql`insert into helm_registries (domain_name, repo_name, kind_id)
      select 'registry.test', lower(name), id from deployment_kinds`;
    await sql`insert into helm_charts (created_at, helm_registry_id, image_digest, image_tag, parsed_branch, available)
      select now() - n * interval '1 minute', r.id, 'sha256:' || n, '1.0.' || n, 'b' || n % 50, n % 10 > 0
      from generate_series(1, ${ROWS}::int) n
      join (select id, row_number() over () as r from helm_registries) r on r.r = 1 + n % 20`;
    await sql`insert into deployments (created_at, name, kind_id, cluster_id, namespace, host_label, host_shared, status, enabled,
        helm_chart_id)
      select now() - n * interval '1 second', 'd-' || n, k.id, c.id, 'ns-' || n, 'ns-' || n, n % 100 = 0,
        (array['Running', 'Error', 'Uninstalled'])[1 + n % 3], n % 20 > 0, h.id
      from generate_series(1, ${ROWS}::int) n
      join (select id, row_number() over (order by name) as r from k8s_clusters) c on c.r = 1 + n % 100
      join (select id, row_number() over (order by name) as r from deployment_kinds) k on k.r = 1 + n % 20
      join (select id, row_number() over () as r from helm_charts) h on h.r = 1 + n % 500`;
    await sql`insert into deployment_tasks
        (created_at, execute_at, cluster_id, deployment_id, namespace, actor_label, acting_user_id, operation, status)
      select created_at, created_at, cluster_id, id, namespace, 'A',
        case when row_number() over () % 40 = 0 then (select id from users limit 1) end,
        '{"kind": "Uninstall"}', case when row_number() over () % 50 = 0 then 'Failed' else 'Done' end
      from deployments`;
    await sql`insert into k8s_resources (id, last_updated_at, cluster_id, deployment_id, kind, api_version, name, status_color, metadata)
      select gen_random_uuid(), created_at, cluster_id, id,
        (array['Deployment', 'StatefulSet', 'Job'])[1 + row_number() over () % 3], 'v1', name, '{}', '{}'
      from deployments`;
  });
  await settle();
}

/** Vacuums until the database knows that all rows are old: a snapshot of its own processes can hold that up for a moment. */
async function settle(): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; ) {
    await db.$client`vacuum analyze`;
    const young = await db.$client`
      select relname from pg_class where relname = any(${large}) and relallvisible < relpages`;
    if (young.length === 0) return;
    if (Date.now() > deadline) throw new Error(`still not all visible: ${JSON.stringify(young)}`);
  }
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

/** The large tables that a statement reads from their first row to their last. */
async function scannedWhole({ query, params }: (typeof statements)[number]): Promise<string[]> {
  const [row] = await db.$client.unsafe(`explain (format json) ${query}`, params as never[]);
  const plans = row?.["QUERY PLAN"] as readonly { readonly Plan: PlanNode }[];
  const scansOf = (node: PlanNode): string[] => [
    ...(node["Node Type"] === "Seq Scan" && large.includes(node["Relation Name"] ?? "")
      ? [`${node["Relation Name"]} in ${query}`]
      : []),
    ...(node.Plans ?? []).flatMap(scansOf),
  ];
  return plans.flatMap(({ Plan }) => scansOf(Plan));
}

type List<Name extends ListName> = (scope: EnvScope, list: ListRequest<Name>) => Promise<Page<unknown>>;

/** Walks a list by page, by cursor and in each of its orders, for an admin and for a member of two envs. */
async function expectIndexed<Name extends ListName>(name: Name, list: List<Name>): Promise<void> {
  const scopes: EnvScope[] = ["all", [ids.env, ids.otherEnv]];
  for (const scope of scopes) {
    for (const sort of sortsOf(name)) {
      statements.length = 0;
      const { nextCursor } = await list(scope, { sort, page: { page: 1, perPage: 50 } });
      if (nextCursor) await list(scope, { sort, page: { page: 1, perPage: 50, cursor: nextCursor } });
      const seen = [...statements];
      expect(seen.length).toBeGreaterThan(0);
      expect((await Promise.all(seen.map(scannedWhole))).flat()).toEqual([]);
    }
  }
}

const recently = { from: new Date(Date.now() - 3600_000) };

test("no list of deployments reads them all, whatever the filter, the order and the caller", async () => {
  const filters: DeploymentFilter[] = [
    {},
    { kindId: ids.kind },
    { clusterId: ids.cluster },
    { clusterId: { in: [ids.cluster] } },
    { envId: ids.env },
    { enabled: false },
    { enabled: true },
    { hostShared: true },
    { status: "Error" },
    { status: { in: ["Installing", "Upgrading"] } },
    { helmChartId: ids.chart },
    { createdAt: recently },
    { name: "d-1234" },
  ];
  for (const filter of filters) {
    await expectIndexed("deployments", (scope, list) => listDeployments(watched, scope, { filter, list }));
  }
}, 60_000);

test("no list of tasks reads them all, whatever the filter, the order and the caller", async () => {
  const filters: DeploymentTaskFilter[] = [
    {},
    { clusterId: ids.cluster },
    { deploymentId: ids.deployment },
    { envId: ids.env },
    { activeOnly: true },
    { status: "Failed" },
    { actingUserId: ids.user },
    { createdAt: recently },
    { executeAt: recently },
    { dueBy: new Date() },
  ];
  for (const filter of filters) {
    await expectIndexed("deploymentTasks", (scope, list) =>
      listDeploymentTasks(watched, scope, { filter, list }),
    );
  }
}, 60_000);

test("no list of workloads reads them all, whatever the filter, the order and the caller", async () => {
  const filters: K8sResourceFilter[] = [
    {},
    { clusterId: ids.cluster },
    { deploymentId: ids.deployment },
    { kind: "Job" },
    { name: "d-1234" },
  ];
  for (const filter of filters) {
    await expectIndexed("k8sResources", (scope, list) => listK8sResources(watched, scope, { filter, list }));
  }
}, 60_000);

test("no list of charts reads them all, whatever the filter and the order, nor reads their documents", async () => {
  const filters: HelmChartFilter[] = [
    {},
    { helmRegistryId: ids.registry },
    { kindId: ids.kind },
    { parsedBranch: "b7" },
    { parsedBranch: null },
    { available: false },
    { inUse: true },
    { inUse: false },
    { createdAt: recently },
  ];
  for (const filter of filters) {
    await expectIndexed("charts", (_scope, list) => listHelmCharts(watched, { filter, list }));
  }
  const [item] = (await listHelmCharts(watched, { filter: {}, list: { page: { page: 1, perPage: 1 } } }))
    .items;
  for (const heavy of ["valuesUi", "actionsSchema", "features", "resourceTypes"]) {
    expect(item).not.toHaveProperty(heavy);
  }
}, 60_000);
