import {
  BotId,
  DeploymentPermissionId,
  EnvId,
  KindId,
  NewDeploymentPermission,
  UpdateDeploymentPermission,
  UserId,
} from "@platz/domain";
import {
  createDeploymentPermission,
  deleteDeploymentPermission,
  getDeploymentPermission,
  listDeploymentPermissions,
  updateDeploymentPermission,
} from "@platz/services";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({
  envId: EnvId.optional(),
  userId: UserId.optional(),
  botId: BotId.optional(),
  kindId: KindId.optional(),
});

export const deploymentPermissions = router({
  list: procedure.input(List).query(({ ctx, input }) => listDeploymentPermissions(ctx, input)),
  get: procedure
    .input(idInput(DeploymentPermissionId))
    .query(({ ctx, input }) => getDeploymentPermission(ctx, input.id)),
  create: procedure
    .input(NewDeploymentPermission)
    .mutation(({ ctx, input }) => createDeploymentPermission(ctx, input)),
  update: procedure
    .input(UpdateDeploymentPermission)
    .mutation(({ ctx, input }) => updateDeploymentPermission(ctx, input)),
  delete: procedure
    .input(idInput(DeploymentPermissionId))
    .mutation(({ ctx, input }) => deleteDeploymentPermission(ctx, input.id)),
});
