import { insertEnvUserPermission } from "@platz/db/queries/env-user-permissions";
import { insertEnv } from "@platz/db/queries/envs";
import { Conflict, type Env, type NewEnv } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedEnvRight } from "../env-user-permission/audited-env-right.ts";
import { auditedEnv } from "./audited-env.ts";

/** Makes an env; whoever makes it becomes its first admin. */
export async function createEnv(context: ServiceContext, input: NewEnv): Promise<Env> {
  requireSiteAdmin(context, "create an env");
  return await inTransaction(context, async (context) => {
    const { db, identity, scope } = context;
    const env = await insertEnv(db, input);
    if (!env) throw new Conflict(`There is an env named "${input.name}" already: choose another name.`);
    await recordChange(context, { ...auditedEnv(env), after: env });
    if (identity.kind === "User") {
      const right = await insertEnvUserPermission(db, { envId: env.id, userId: identity.id, role: "Admin" });
      if (right) await recordChange(context, { ...auditedEnvRight(right, scope.label), after: right });
    }
    return env;
  });
}
