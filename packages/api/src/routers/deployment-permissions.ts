import { DeploymentPermissionId, EnvId, NewDeploymentPermission } from "@platz/domain";
import {
  createDeploymentPermission,
  deleteDeploymentPermission,
  listDeploymentPermissions,
} from "@platz/services";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({ envId: EnvId.optional() });

export const deploymentPermissions = router({
  list: procedure.input(List).query(({ ctx, input }) => listDeploymentPermissions(ctx, input)),
  create: procedure
    .input(NewDeploymentPermission)
    .mutation(({ ctx, input }) => createDeploymentPermission(ctx, input)),
  delete: procedure
    .input(idInput(DeploymentPermissionId))
    .mutation(({ ctx, input }) => deleteDeploymentPermission(ctx, input.id)),
});
