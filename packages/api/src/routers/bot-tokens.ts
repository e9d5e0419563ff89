import { BotId, BotTokenId, NewBotToken, UserId } from "@platz/domain";
import { createBotToken, deleteBotToken, listBotTokens } from "@platz/services";
import { idInput, is, isOrAbsent, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("botTokens", { botId: is(BotId), createdByUserId: isOrAbsent(UserId) });

export const botTokens = router({
  list: procedure.input(List).query(({ ctx, input }) => listBotTokens(ctx, input)),
  create: procedure.input(NewBotToken).mutation(({ ctx, input }) => createBotToken(ctx, input)),
  delete: procedure.input(idInput(BotTokenId)).mutation(({ ctx, input }) => deleteBotToken(ctx, input.id)),
});
