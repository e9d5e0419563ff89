import { getMe } from "@platz/services";
import { procedure, router } from "../trpc.ts";

export const me = router({
  get: procedure.query(({ ctx }) => getMe(ctx)),
});
