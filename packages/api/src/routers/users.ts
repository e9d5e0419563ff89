import { listUsers } from "@platz/services";
import { z } from "zod";
import { listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({
  isActive: z.boolean().optional(),
  displayName: z.string().optional(),
  email: z.string().optional(),
});

export const users = router({
  list: procedure.input(List).query(({ ctx, input }) => listUsers(ctx, input)),
});
