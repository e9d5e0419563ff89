import { findK8sResourceOfDeployment } from "@platz/db/queries/k8s-resources";
import { K8sResourceId, type K8sResourceKind, NotFound, PreconditionFailed } from "@platz/domain";
import { requireDeploymentOperator } from "../../access/require-deployment-role.ts";
import type { OperationPolicy } from "./operation-policy.ts";

const restartable: readonly K8sResourceKind[] = ["Deployment", "StatefulSet", "Pod"];

export const restartK8sResource: OperationPolicy<"RestartK8sResource"> = {
  async prepare(context, deployment, { kind, resourceId }) {
    await requireDeploymentOperator(context, deployment, "restart its workloads");
    const id = K8sResourceId.parse(resourceId);
    const resource = await findK8sResourceOfDeployment(context.db, deployment.id, id);
    if (!resource) throw new NotFound("resource of this deployment", resourceId);
    if (!restartable.includes(resource.kind)) {
      throw new PreconditionFailed(
        `A ${resource.kind} cannot be restarted: choose one of ${restartable.join(", ")}.`,
      );
    }
    return { kind, resourceId: id, resourceName: resource.name };
  },
};
