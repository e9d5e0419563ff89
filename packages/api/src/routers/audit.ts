import { AuditFilter } from "@platz/domain";
import { getAuditHead, listAudit } from "@platz/services";
import { listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("auditLog", AuditFilter.shape);

export const audit = router({
  head: procedure.query(({ ctx }) => getAuditHead(ctx)),
  list: procedure.input(List).query(({ ctx, input }) => listAudit(ctx, input)),
});
