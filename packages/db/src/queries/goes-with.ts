import type { BotId, DeploymentId, EnvId, EventTable } from "@platz/domain";
import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";

/** A row that is deleted together with the one that it belongs to, in words. */
export interface GoesWith {
  readonly entity: EventTable;
  readonly id: string;
  readonly label: string;
  readonly envId: EnvId | null;
}

const holder = sql`coalesce(u.display_name, b.display_name, '')`;
const holders = sql`left join users u on u.id = p.user_id left join bots b on b.id = p.bot_id`;

function rightsOf(where: SQL): SQL {
  return sql`
    select 'env_user_permissions' as entity, p.id, ${holder} || ': ' || p.role as label, p.env_id as "envId"
      from env_user_permissions p ${holders} where ${where}
    union all
    select 'deployment_permissions', p.id, ${holder} || ': ' || p.role || ' of ' || k.name, p.env_id
      from deployment_permissions p ${holders} join deployment_kinds k on k.id = p.kind_id where ${where}`;
}

/** What is deleted with an env. */
export async function listGoesWithEnv(db: Queryable, id: EnvId): Promise<GoesWith[]> {
  return await db.execute<GoesWith & Record<string, unknown>>(
    sql`${rightsOf(sql`p.env_id = ${id}::uuid`)}
      union all select 'secrets', id, collection || '/' || name, env_id from secrets where env_id = ${id}::uuid
      union all select 'deployment_resource_types', id, key, env_id from deployment_resource_types
        where env_id = ${id}::uuid
      union all select 'deployment_resources', id, name, env_id from deployment_resources where env_id = ${id}::uuid
      union all select 'resource_offers', o.id, t.key || ' of ' || f.name || ' to ' || e.name, o.env_id
        from resource_offers o join deployment_resource_types t on t.id = o.type_id join envs f on f.id = o.env_id
        join envs e on e.id = o.to_env_id where ${id}::uuid in (o.env_id, o.to_env_id)`,
    "objects",
  );
}

/** What is deleted with a bot. */
export async function listGoesWithBot(db: Queryable, id: BotId): Promise<GoesWith[]> {
  return await db.execute<GoesWith & Record<string, unknown>>(
    sql`${rightsOf(sql`p.bot_id = ${id}::uuid`)}
      union all select 'bot_tokens', id, name, null from bot_tokens where bot_id = ${id}::uuid`,
    "objects",
  );
}

/** What is deleted with a deployment, besides its history. */
export async function listGoesWithDeployment(db: Queryable, id: DeploymentId): Promise<GoesWith[]> {
  return await db.execute<GoesWith & Record<string, unknown>>(
    sql`select 'upgrade_policies' as entity, p.id, 'upgrade policy allowed by ' || p.allowed_by as label, c.env_id as "envId"
      from upgrade_policies p join deployments d on d.id = p.deployment_id join k8s_clusters c on c.id = d.cluster_id
      where d.id = ${id}::uuid`,
    "objects",
  );
}
