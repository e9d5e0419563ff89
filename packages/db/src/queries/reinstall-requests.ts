import type { DeploymentId, DeploymentTaskId } from "@platz/domain";
import { traceParent } from "@platz/telemetry";
import { inArray, sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import type { Queryable } from "../open-database.ts";
import { deployments, deploymentTasks } from "../schema/index.ts";
import type { TaskActor } from "./deployment-tasks.ts";

/**
 * Asks for a Reinstall of these deployments, as far as they are enabled, not being deleted, and installed (or being
 * installed this moment). Where one waits already it gets this reason too, instead of a second Helm run. Has to be
 * the last statement of its transaction that takes a lock. Answers the tasks that will do it.
 */
export async function requestReinstalls(
  db: Queryable,
  ids: readonly DeploymentId[],
  { reason, actor: { identity, label } }: { readonly reason: string; readonly actor: TaskActor },
): Promise<{ id: DeploymentTaskId; deploymentId: DeploymentId }[]> {
  if (ids.length === 0) return [];
  await db.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.reinstalls})`);
  // By the clock, not by now(): whoever waited for the lock began before what the other one asked for meanwhile.
  const id = (kind: typeof identity.kind) => sql`${identity.kind === kind ? identity.id : null}::uuid`;
  return [
    ...(await db.execute<{ id: DeploymentTaskId; deploymentId: DeploymentId }>(sql`
      with targets as (
        select id, cluster_id, namespace from ${deployments}
        where ${inArray(deployments.id, [...ids])} and enabled and status <> 'Deleting' and (
          revision_id is not null
          or exists (select 1 from ${deploymentTasks} t where t.deployment_id = deployments.id and t.status = 'Started')
        )
      ), merged as (
        update ${deploymentTasks} set operation = jsonb_set(operation, '{reason}', to_jsonb(
          case when ${reason}::text = any(string_to_array(operation->>'reason', '; ')) or length(operation->>'reason') > 2000
          then operation->>'reason' else concat(operation->>'reason', '; ', ${reason}::text) end))
        from targets
        where deployment_id = targets.id and status = 'Pending' and operation->>'kind' = 'Reinstall'
          and (execute_at <= clock_timestamp() or attempt > 0)
        returning deployment_tasks.id, deployment_id
      ), added as (
        insert into ${deploymentTasks}
          (cluster_id, deployment_id, namespace, operation, actor_label, trace_parent, acting_user_id, acting_bot_id, acting_deployment_id)
        select cluster_id, targets.id, namespace,
          jsonb_build_object('kind', 'Reinstall', 'reason', ${reason}::text), ${label}::text, ${traceParent()}::text,
          ${id("User")}, ${id("Bot")}, ${id("Deployment")}
        from targets where targets.id not in (select deployment_id from merged)
        returning id, deployment_id
      )
      select id, deployment_id as "deploymentId" from merged union all select id, deployment_id from added`)),
  ];
}
