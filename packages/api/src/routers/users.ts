import { UpdateUser, UserId } from "@platz/domain";
import { getUser, listUsers, updateUser } from "@platz/services";
import { z } from "zod";
import { idInput, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("users", {
  isActive: z.boolean().optional(),
  displayName: text.optional(),
  email: text.optional(),
});

export const users = router({
  list: procedure.input(List).query(({ ctx, input }) => listUsers(ctx, input)),
  get: procedure.input(idInput(UserId)).query(({ ctx, input }) => getUser(ctx, input.id)),
  update: procedure.input(UpdateUser).mutation(({ ctx, input }) => updateUser(ctx, input)),
});
