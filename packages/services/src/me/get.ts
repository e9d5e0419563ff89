import { findDeployment } from "@platz/db/queries/deployments";
import { listEnvRolesOfUser } from "@platz/db/queries/env-user-permissions";
import { findUser } from "@platz/db/queries/users";
import { Unauthenticated } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who the caller is, with the envs that a person belongs to. */
export async function getMe({ db, identity }: ServiceContext) {
  switch (identity.kind) {
    case "User": {
      const user = await findUser(db, identity.id);
      if (!user) throw new Unauthenticated("This account does not exist.");
      return { kind: "User" as const, user, envs: await listEnvRolesOfUser(db, identity.id) };
    }
    case "Bot":
      return { kind: "Bot" as const, id: identity.id };
    case "Deployment": {
      const deployment = await findDeployment(db, identity.id, "all");
      if (!deployment) throw new Unauthenticated("The deployment that this token was made for is gone.");
      return { kind: "Deployment" as const, id: deployment.id, name: deployment.name };
    }
  }
}
