import { EnvId, NewEnv, UpdateEnv } from "@platz/domain";
import { createEnv, deleteEnv, getEnv, listEnvs, updateEnv } from "@platz/services";
import { z } from "zod";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({ name: z.string().optional(), autoAddNewUsers: z.boolean().optional() });

export const envs = router({
  list: procedure("read")
    .input(List)
    .query(({ ctx, input }) => listEnvs(ctx, input)),
  get: procedure("read")
    .input(idInput(EnvId))
    .query(({ ctx, input }) => getEnv(ctx, input.id)),
  create: procedure("site admin")
    .input(NewEnv)
    .mutation(({ ctx, input }) => createEnv(ctx, input)),
  update: procedure("site admin")
    .input(UpdateEnv)
    .mutation(({ ctx, input }) => updateEnv(ctx, input)),
  delete: procedure("site admin")
    .input(idInput(EnvId))
    .mutation(({ ctx, input }) => deleteEnv(ctx, input.id)),
});
