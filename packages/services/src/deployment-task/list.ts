import {
  type DeploymentTaskFilter,
  type DeploymentTaskSummary,
  listDeploymentTasks as queryTasks,
} from "@platz/db/queries/deployment-tasks";
import type { ListRequest, Page } from "@platz/domain";
import { keptBackFrom, toldReason } from "../access/may-read-details.ts";
import type { ServiceContext } from "../context.ts";

type Input = Omit<DeploymentTaskFilter, "dueBy"> &
  ListRequest<"deploymentTasks"> & {
    /** Whether tasks that are due later than now are listed too. */
    readonly showFuture: boolean;
  };

/** The tasks of the caller's envs, what is due last first, without inputs and logs. */
export async function listDeploymentTasks(
  context: ServiceContext,
  { page, sort, showFuture, ...filter }: Input,
): Promise<Page<DeploymentTaskSummary>> {
  const { db, scope, now, totals } = context;
  const found = await queryTasks(db, scope.envs, {
    filter: { ...filter, dueBy: showFuture ? undefined : now() },
    list: { page, sort, totals },
  });
  const detailed = found.items.filter(({ reason }) => reason !== null);
  const keptBack = await keptBackFrom(
    context,
    detailed.map(({ deploymentId }) => deploymentId),
  );
  const items = found.items.map((task) => ({
    ...task,
    reason: toldReason(task.reason, keptBack.has(task.deploymentId)),
  }));
  return { ...found, items };
}
