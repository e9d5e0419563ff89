import { BotId, NewBot, UpdateBot } from "@platz/domain";
import { createBot, deleteBot, getBot, listBots, updateBot } from "@platz/services";
import { idInput, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("bots", { displayName: text.optional() });

export const bots = router({
  list: procedure.input(List).query(({ ctx, input }) => listBots(ctx, input)),
  get: procedure.input(idInput(BotId)).query(({ ctx, input }) => getBot(ctx, input.id)),
  create: procedure.input(NewBot).mutation(({ ctx, input }) => createBot(ctx, input)),
  update: procedure.input(UpdateBot).mutation(({ ctx, input }) => updateBot(ctx, input)),
  delete: procedure.input(idInput(BotId)).mutation(({ ctx, input }) => deleteBot(ctx, input.id)),
});
