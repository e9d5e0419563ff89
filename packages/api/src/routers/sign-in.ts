import { z } from "zod";
import { publicProcedure, router } from "../trpc.ts";

const text = z.string().min(1).max(4096);
const Start = z.strictObject({ redirectUri: z.url().max(2048).optional() });
const Finish = z.strictObject({ code: text, state: text, browserSecret: text });

export const signIn = router({
  start: publicProcedure.input(Start.default({})).mutation(({ ctx, input }) => ctx.signIn.start(input)),
  finish: publicProcedure.input(Finish).mutation(({ ctx, input }) => ctx.signIn.finish(input)),
});
