import { ClusterId, DeploymentId, K8sResourceKind } from "@platz/domain";
import { listK8sResources } from "@platz/services";
import { is, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("k8sResources", {
  clusterId: is(ClusterId),
  deploymentId: isOrAbsent(DeploymentId),
  kind: is(K8sResourceKind),
  name: is(text),
});

export const k8sResources = router({
  list: procedure.input(List).query(({ ctx, input }) => listK8sResources(ctx, input)),
});
