import { findBot } from "@platz/db/queries/bots";
import { findDeployment } from "@platz/db/queries/deployments";
import { findUserWithEnvRoles, listEnvRolesOf } from "@platz/db/queries/env-user-permissions";
import { type EnvId, Unauthenticated } from "@platz/domain";
import { seesEnv } from "../access/access-scope.ts";
import type { ServiceContext } from "../context.ts";

/** Who the caller is, with the envs that they belong to and what they are there, as far as their credential reaches. */
export async function getMe({ db, identity, scope }: ServiceContext) {
  const within = ({ envId }: { readonly envId: EnvId }) => seesEnv(scope, envId);
  switch (identity.kind) {
    case "User": {
      const found = await findUserWithEnvRoles(db, identity.id);
      if (!found) throw new Unauthenticated("This account does not exist.");
      const user = { ...found.user, isAdmin: scope.isSiteAdmin };
      return { kind: "User" as const, user, envs: found.envs.filter(within) };
    }
    case "Bot": {
      const bot = await findBot(db, identity.id);
      if (!bot) throw new Unauthenticated("The bot that this token belongs to does not exist any more.");
      const envs = await listEnvRolesOf(db, identity);
      return { kind: "Bot" as const, bot, envs: envs.filter(within) };
    }
    case "Deployment": {
      const deployment = await findDeployment(db, identity.id, "all");
      if (!deployment) throw new Unauthenticated("The deployment that this token was made for is gone.");
      return { kind: "Deployment" as const, id: deployment.id, name: deployment.name };
    }
  }
}
