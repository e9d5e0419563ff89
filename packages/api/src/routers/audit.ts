import { AuditFilter } from "@platz/domain";
import { listAudit } from "@platz/services";
import { listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("auditLog", AuditFilter.shape);

export const audit = router({
  list: procedure.input(List).query(({ ctx, input }) => listAudit(ctx, input)),
});
