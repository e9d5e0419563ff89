import { SessionId, UserId } from "@platz/domain";
import { listSessions, revokeOtherSessions, revokeSession } from "@platz/services";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("sessions", { userId: UserId.optional() });

export const sessions = router({
  list: procedure.input(List).query(({ ctx, input }) => listSessions(ctx, input)),
  revoke: procedure.input(idInput(SessionId)).mutation(({ ctx, input }) => revokeSession(ctx, input.id)),
  revokeOthers: procedure.mutation(({ ctx }) => revokeOtherSessions(ctx)),
});
