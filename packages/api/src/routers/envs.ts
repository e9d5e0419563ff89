import { EnvId, NewEnv, UpdateEnv } from "@platz/domain";
import { createEnv, deleteEnv, getEnv, listEnvs, updateEnv } from "@platz/services";
import { z } from "zod";
import { idInput, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("envs", { name: text.optional(), autoAddNewUsers: z.boolean().optional() });

export const envs = router({
  list: procedure.input(List).query(({ ctx, input }) => listEnvs(ctx, input)),
  get: procedure.input(idInput(EnvId)).query(({ ctx, input }) => getEnv(ctx, input.id)),
  create: procedure.input(NewEnv).mutation(({ ctx, input }) => createEnv(ctx, input)),
  update: procedure.input(UpdateEnv).mutation(({ ctx, input }) => updateEnv(ctx, input)),
  delete: procedure.input(idInput(EnvId)).mutation(({ ctx, input }) => deleteEnv(ctx, input.id)),
});
