import {
  BulkUpgrade,
  ClusterId,
  DeploymentId,
  DeploymentStatus,
  EnvId,
  HelmChartId,
  KindId,
  NewDeployment,
  PreviewDeployment,
  RollbackDeployment,
  UpdateDeployment,
} from "@platz/domain";
import {
  bulkUpgrade,
  createDeployment,
  deleteDeployment,
  diffRelease,
  forceDeleteDeployment,
  getDeployment,
  listDeployments,
  listStatusChanges,
  previewDeployment,
  previewNewDeployment,
  rollbackDeployment,
  updateDeployment,
} from "@platz/services";
import { z } from "zod";
import { between, idInput, is, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("deployments", {
  kindId: is(KindId),
  clusterId: is(ClusterId),
  envId: isOrAbsent(EnvId),
  enabled: z.boolean().optional(),
  /** Those that have a host which another deployment holds. */
  hostShared: z.boolean().optional(),
  status: is(DeploymentStatus),
  helmChartId: is(HelmChartId),
  createdAt: between,
  name: text.optional(),
});

const StatusChanges = listInput("statusChanges", { deploymentId: DeploymentId });

export const deployments = router({
  list: procedure.input(List).query(({ ctx, input }) => listDeployments(ctx, input)),
  get: procedure.input(idInput(DeploymentId)).query(({ ctx, input }) => getDeployment(ctx, input.id)),
  create: procedure.input(NewDeployment).mutation(({ ctx, input }) => createDeployment(ctx, input)),
  update: procedure.input(UpdateDeployment).mutation(({ ctx, input }) => updateDeployment(ctx, input)),
  rollback: procedure.input(RollbackDeployment).mutation(({ ctx, input }) => rollbackDeployment(ctx, input)),
  bulkUpgrade: procedure.input(BulkUpgrade).mutation(({ ctx, input }) => bulkUpgrade(ctx, input)),
  preview: procedure.input(PreviewDeployment).query(({ ctx, input }) => previewDeployment(ctx, input)),
  previewNew: procedure.input(NewDeployment).query(({ ctx, input }) => previewNewDeployment(ctx, input)),
  diff: procedure.input(PreviewDeployment).query(({ ctx, input }) => diffRelease(ctx, input)),
  statusChanges: procedure.input(StatusChanges).query(({ ctx, input }) => listStatusChanges(ctx, input)),
  forceDelete: procedure
    .input(idInput(DeploymentId))
    .mutation(({ ctx, input }) => forceDeleteDeployment(ctx, input.id)),
  delete: procedure
    .input(idInput(DeploymentId))
    .mutation(({ ctx, input }) => deleteDeployment(ctx, input.id)),
});
