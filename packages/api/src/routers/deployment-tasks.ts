import {
  ClusterId,
  DeploymentId,
  DeploymentTaskId,
  DeploymentTaskStatus,
  EnvId,
  Instant,
  RequestedOperation,
  UserId,
} from "@platz/domain";
import {
  cancelDeploymentTask,
  getDeploymentTask,
  listDeploymentTasks,
  readTaskLog,
  requestDeploymentTask,
  retryDeploymentTask,
} from "@platz/services";
import { z } from "zod";
import { between, idInput, is, isOrAbsent, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("deploymentTasks", {
  clusterId: isOrAbsent(ClusterId),
  deploymentId: is(DeploymentId),
  envId: is(EnvId),
  status: is(DeploymentTaskStatus),
  actingUserId: isOrAbsent(UserId),
  createdAt: between,
  executeAt: between,
  activeOnly: z.boolean().optional(),
  showFuture: z.boolean().default(true),
});
const Log = z.strictObject({
  id: DeploymentTaskId,
  /** The last piece that the reader has; -1 for the beginning. */
  afterSeq: z.int32().min(-1).default(-1),
  limit: z.int32().min(1).max(1000).default(200),
});
const Cancel = z.strictObject({
  id: DeploymentTaskId,
  reason: z.string().trim().min(1).max(1000).optional(),
});
const Request = z.strictObject({
  deploymentId: DeploymentId,
  operation: RequestedOperation,
  executeAt: Instant.optional(),
});

export const deploymentTasks = router({
  list: procedure.input(List).query(({ ctx, input }) => listDeploymentTasks(ctx, input)),
  get: procedure.input(idInput(DeploymentTaskId)).query(({ ctx, input }) => getDeploymentTask(ctx, input.id)),
  log: procedure.input(Log).query(({ ctx, input }) => readTaskLog(ctx, input)),
  request: procedure.input(Request).mutation(({ ctx, input }) => requestDeploymentTask(ctx, input)),
  cancel: procedure.input(Cancel).mutation(({ ctx, input }) => cancelDeploymentTask(ctx, input)),
  retry: procedure
    .input(idInput(DeploymentTaskId))
    .mutation(({ ctx, input }) => retryDeploymentTask(ctx, input.id)),
});
