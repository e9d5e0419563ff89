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
import { idInput, is, isOrAbsent, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("deploymentPermissions", {
  envId: is(EnvId),
  userId: isOrAbsent(UserId),
  botId: isOrAbsent(BotId),
  kindId: is(KindId),
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
