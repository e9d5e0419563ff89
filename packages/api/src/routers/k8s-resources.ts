import { ClusterId, DeploymentId, K8sResourceKind } from "@platz/domain";
import { listK8sResources } from "@platz/services";
import { z } from "zod";
import { listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({
  clusterId: ClusterId.optional(),
  deploymentId: DeploymentId.optional(),
  kind: K8sResourceKind.optional(),
  name: z.string().optional(),
});

export const k8sResources = router({
  list: procedure.input(List).query(({ ctx, input }) => listK8sResources(ctx, input)),
});
