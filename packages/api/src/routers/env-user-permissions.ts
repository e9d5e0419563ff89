import { EnvId, EnvUserPermissionId, NewEnvUserPermission } from "@platz/domain";
import { createEnvUserPermission, deleteEnvUserPermission, listEnvUserPermissions } from "@platz/services";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({ envId: EnvId.optional() });

export const envUserPermissions = router({
  list: procedure.input(List).query(({ ctx, input }) => listEnvUserPermissions(ctx, input)),
  create: procedure
    .input(NewEnvUserPermission)
    .mutation(({ ctx, input }) => createEnvUserPermission(ctx, input)),
  delete: procedure
    .input(idInput(EnvUserPermissionId))
    .mutation(({ ctx, input }) => deleteEnvUserPermission(ctx, input.id)),
});
