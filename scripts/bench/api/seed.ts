import { createHash, randomBytes } from "node:crypto";
import postgres from "postgres";

/** How much there is to look through. */
export const amounts = { envs: 50, clusters: 100, deployments: 50_000, tasks: 100_000 } as const;

const FOLLOWERS = 25;

/** What the requests of the bench are about. */
export interface Seeded {
  readonly adminToken: string;
  /** Of site admins who follow changes: nobody has all the streams to themselves. */
  readonly followerTokens: readonly string[];
  /** Of a person who belongs to one env. */
  readonly memberToken: string;
  readonly envId: string;
  readonly deploymentId: string;
}

/** Fills a migrated database. The outbox is not written: a seed is no news. */
export async function seed(url: string): Promise<Seeded> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`set session_replication_role = replica`;
    await sql`insert into envs (name) select 'env-' || n from generate_series(1, ${amounts.envs}) n`;
    await sql`insert into k8s_clusters (env_id, provider_id, name, region_name, ignore)
      select e.id, 'bench:' || n, 'cluster-' || n, 'here', false
      from generate_series(1, ${amounts.clusters}) n
      join (select id, row_number() over (order by name) as r from envs where name like 'env-%') e
        on e.r = 1 + n % ${amounts.envs}`;
    await sql`insert into deployment_kinds (name) select 'Kind' || n from generate_series(1, 10) n`;
    await sql`insert into helm_registries (domain_name, repo_name, kind_id)
      select 'registry.test', lower(name), id from deployment_kinds`;
    await sql`insert into helm_charts (created_at, helm_registry_id, image_digest, image_tag, values_ui)
      select now() - n * interval '1 hour', r.id, 'sha256:' || n, '1.0.' || n, ${sql.json({ inputs: [], outputs: {} })}
      from helm_registries r, generate_series(1, 10) n`;
    await sql`insert into deployments (created_at, name, kind_id, cluster_id, namespace, host_label, status, helm_chart_id, config)
      select now() - n * interval '1 second', 'd-' || n, k.id, c.id, 'ns-' || n, 'ns-' || n, 'Running', h.id,
        jsonb_build_object('replicas', n % 5, 'colour', 'blue', 'note', repeat('x', 200))
      from generate_series(1, ${amounts.deployments}) n
      join (select id, row_number() over (order by name) as r from k8s_clusters) c on c.r = 1 + n % ${amounts.clusters}
      join (select id, row_number() over (order by name) as r from deployment_kinds) k on k.r = 1 + n % 10
      join lateral (select h.id from helm_charts h join helm_registries g on g.id = h.helm_registry_id
        where g.kind_id = k.id order by h.image_tag limit 1) h on true`;
    await sql`insert into deployment_tasks
        (created_at, execute_at, finished_at, cluster_id, deployment_id, namespace, actor_label, operation, status)
      select at, at, at, d.cluster_id, d.id, d.namespace, 'bench',
        jsonb_build_object('kind', 'Reinstall', 'reason', 'bench', 'note', repeat('y', 200)), 'Done'
      from deployments d, generate_series(1, ${amounts.tasks / amounts.deployments}) n,
        lateral (select d.created_at + n * interval '1 minute' as at) t`;
    const adminToken = await seedPerson(sql, "admin", true);
    const followerTokens: string[] = [];
    for (let n = 0; n < FOLLOWERS; n += 1) {
      followerTokens.push(await seedPerson(sql, `follower-${n}`, true));
    }
    const memberToken = await seedPerson(sql, "member", false);
    const [env] = await sql`select id from envs where name = 'env-7'`;
    await sql`insert into env_user_permissions (env_id, user_id, role)
      select ${env?.["id"]}, id, 'User' from users where email = 'member@platz.dev'`;
    const [deployment] = await sql`
      select d.id from deployments d join k8s_clusters c on c.id = d.cluster_id where c.env_id = ${env?.["id"]} limit 1`;
    await sql`vacuum analyze`;
    return { adminToken, followerTokens, memberToken, envId: env?.["id"], deploymentId: deployment?.["id"] };
  } finally {
    await sql.end();
  }
}

/** Somebody with an API token (API spec 3.4). */
export async function seedPerson(sql: postgres.Sql, name: string, isAdmin: boolean): Promise<string> {
  const [user] = await sql`
    insert into users (display_name, email, is_admin) values (${name}, ${`${name}@platz.dev`}, ${isAdmin}) returning id`;
  const id = crypto.randomUUID();
  const secret = randomBytes(32).toString("base64url");
  const hash = createHash("sha256").update(secret).digest("base64url");
  await sql`insert into user_tokens (id, user_id, name, secret_hash) values (${id}, ${user?.["id"]}, 'bench', ${hash})`;
  return `${Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url")}.${secret}`;
}
