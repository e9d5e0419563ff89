import {
  BotId,
  EnvId,
  EnvUserPermissionId,
  NewEnvUserPermission,
  UpdateEnvUserPermission,
  UserId,
} from "@platz/domain";
import {
  createEnvUserPermission,
  deleteEnvUserPermission,
  getEnvUserPermission,
  listEnvUserPermissions,
  updateEnvUserPermission,
} from "@platz/services";
import { idInput, is, isOrAbsent, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("envUserPermissions", {
  envId: is(EnvId),
  userId: isOrAbsent(UserId),
  botId: isOrAbsent(BotId),
});

export const envUserPermissions = router({
  list: procedure.input(List).query(({ ctx, input }) => listEnvUserPermissions(ctx, input)),
  get: procedure
    .input(idInput(EnvUserPermissionId))
    .query(({ ctx, input }) => getEnvUserPermission(ctx, input.id)),
  create: procedure
    .input(NewEnvUserPermission)
    .mutation(({ ctx, input }) => createEnvUserPermission(ctx, input)),
  update: procedure
    .input(UpdateEnvUserPermission)
    .mutation(({ ctx, input }) => updateEnvUserPermission(ctx, input)),
  delete: procedure
    .input(idInput(EnvUserPermissionId))
    .mutation(({ ctx, input }) => deleteEnvUserPermission(ctx, input.id)),
});
