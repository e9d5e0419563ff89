import { ClusterId, DeploymentId, K8sResourceId, K8sResourceKind } from "@platz/domain";
import { getK8sResource, listK8sResources } from "@platz/services";
import { idInput, is, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("k8sResources", {
  clusterId: is(ClusterId),
  deploymentId: isOrAbsent(DeploymentId),
  kind: is(K8sResourceKind),
  name: is(text),
});

export const k8sResources = router({
  get: procedure.input(idInput(K8sResourceId)).query(({ ctx, input }) => getK8sResource(ctx, input.id)),
  list: procedure.input(List).query(({ ctx, input }) => listK8sResources(ctx, input)),
});
