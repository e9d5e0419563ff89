import { findBot } from "@platz/db/queries/bots";
import { findDeployment } from "@platz/db/queries/deployments";
import { findUserWithEnvRoles, listEnvRolesOf } from "@platz/db/queries/env-user-permissions";
import { Unauthenticated } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who the caller is, with the envs that a person belongs to. */
export async function getMe({ db, identity }: ServiceContext) {
  switch (identity.kind) {
    case "User": {
      const found = await findUserWithEnvRoles(db, identity.id);
      if (!found) throw new Unauthenticated("This account does not exist.");
      return { kind: "User" as const, ...found };
    }
    case "Bot": {
      const bot = await findBot(db, identity.id);
      if (!bot) throw new Unauthenticated("The bot that this token belongs to does not exist any more.");
      return { kind: "Bot" as const, bot, envs: await listEnvRolesOf(db, identity) };
    }
    case "Deployment": {
      const deployment = await findDeployment(db, identity.id, "all");
      if (!deployment) throw new Unauthenticated("The deployment that this token was made for is gone.");
      return { kind: "Deployment" as const, id: deployment.id, name: deployment.name };
    }
  }
}
