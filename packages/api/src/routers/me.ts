import { getMe } from "@platz/services";
import { procedure, router } from "../trpc.ts";

export const me = router({
  get: procedure("signed in").query(({ ctx }) => getMe(ctx)),
});
