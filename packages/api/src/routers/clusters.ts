import { ClusterId, EnvId, UpdateK8sCluster } from "@platz/domain";
import { getCluster, listClusters, updateCluster } from "@platz/services";
import { z } from "zod";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({ envId: EnvId.optional(), name: z.string().optional() });

export const clusters = router({
  list: procedure("read")
    .input(List)
    .query(({ ctx, input }) => listClusters(ctx, input)),
  get: procedure("read")
    .input(idInput(ClusterId))
    .query(({ ctx, input }) => getCluster(ctx, input.id)),
  update: procedure("site admin")
    .input(UpdateK8sCluster)
    .mutation(({ ctx, input }) => updateCluster(ctx, input)),
});
