import { NewUserToken, UserId, UserTokenId } from "@platz/domain";
import { createUserToken, deleteUserToken, listUserTokens } from "@platz/services";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("userTokens", { userId: UserId.optional() });

export const userTokens = router({
  list: procedure.input(List).query(({ ctx, input }) => listUserTokens(ctx, input)),
  create: procedure.input(NewUserToken).mutation(({ ctx, input }) => createUserToken(ctx, input)),
  delete: procedure.input(idInput(UserTokenId)).mutation(({ ctx, input }) => deleteUserToken(ctx, input.id)),
});
