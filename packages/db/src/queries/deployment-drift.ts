import type { ClusterId, Deployment, DeploymentId, DeploymentTaskId, Drift } from "@platz/domain";
import { eq, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, deploymentTasks as tasks } from "../schema/index.ts";

/** What is known of a deployment that its live release is compared with. */
export interface Applied {
  readonly clusterId: ClusterId;
  readonly namespace: string;
  readonly status: Deployment["status"];
  readonly drift: Drift | null;
  /** Whether a task of it waits or runs. */
  readonly isBusy: boolean;
  /** The task that has applied the release last, whose id stands on the revision, and the number of that. */
  readonly appliedBy: DeploymentTaskId | null;
  readonly revision: number | null;
}

export async function findApplied(db: Queryable, id: DeploymentId): Promise<Applied | undefined> {
  const own = sql`t.deployment_id = ${deployments.id}`;
  const last = (what: SQL) => sql`(
    select ${what} from ${tasks} t
    where ${own} and t.status = 'Done' and t.operation->>'kind' not in ('InvokeAction', 'RestartK8sResource')
    order by t.seq desc limit 1)`;
  const [row] = await db
    .select({
      clusterId: deployments.clusterId,
      namespace: deployments.namespace,
      status: deployments.status,
      drift: deployments.drift,
      isBusy: sql<boolean>`exists (
        select 1 from ${tasks} t where ${own} and t.status in ('Pending', 'Started') and t.execute_at <= now())`,
      appliedBy: sql<DeploymentTaskId | null>`${last(sql`t.id`)}`,
      revision: sql<number | null>`${last(sql`(t.progress->>'revision')::int`)}`,
    })
    .from(deployments)
    .where(eq(deployments.id, id));
  return row;
}

export async function setDrift(db: Queryable, id: DeploymentId, drift: Drift | null): Promise<void> {
  await db.update(deployments).set({ drift }).where(eq(deployments.id, id));
}
