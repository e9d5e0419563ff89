import { publicProcedure, router } from "../trpc.ts";

export const server = router({
  info: publicProcedure.query(({ ctx }) => ({ version: ctx.server.version })),
});
