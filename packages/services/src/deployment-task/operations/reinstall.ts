import { PreconditionFailed } from "@platz/domain";
import { requireDeploymentMaintainer } from "../../access/require-deployment-role.ts";
import type { OperationPolicy } from "./operation-policy.ts";

export const reinstall: OperationPolicy<"Reinstall"> = {
  async prepare(context, deployment, { kind, reason }) {
    await requireDeploymentMaintainer(context, deployment, "reinstall it");
    if (deployment.revisionId === null) {
      throw new PreconditionFailed("The deployment has not been installed yet: retry its Install instead.");
    }
    return { kind, reason };
  },
};
