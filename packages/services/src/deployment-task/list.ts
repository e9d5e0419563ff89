import {
  type DeploymentTaskFilter,
  type DeploymentTaskSummary,
  listDeploymentTasks as queryTasks,
} from "@platz/db/queries/deployment-tasks";
import type { ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

type Input = Omit<DeploymentTaskFilter, "dueBy"> &
  ListRequest<"deploymentTasks"> & {
    /** Whether tasks that are due later than now are listed too. */
    readonly showFuture: boolean;
  };

/** The tasks of the caller's envs, what is due last first, without inputs and logs. */
export async function listDeploymentTasks(
  { db, scope, now, totals }: ServiceContext,
  { page, sort, showFuture, ...filter }: Input,
): Promise<Page<DeploymentTaskSummary>> {
  return await queryTasks(db, scope.envs, {
    filter: { ...filter, dueBy: showFuture ? undefined : now() },
    list: { page, sort, totals },
  });
}
