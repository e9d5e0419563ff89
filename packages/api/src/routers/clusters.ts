import { ClusterId, EnvId, UpdateK8sCluster } from "@platz/domain";
import {
  deleteCluster,
  getCluster,
  getClusterMoveReport,
  listClusters,
  updateCluster,
} from "@platz/services";
import { z } from "zod";
import { idInput, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("clusters", { envId: isOrAbsent(EnvId), name: text.optional() });
const MoveReport = z.strictObject({ id: ClusterId, envId: EnvId.nullable() });

export const clusters = router({
  list: procedure.input(List).query(({ ctx, input }) => listClusters(ctx, input)),
  get: procedure.input(idInput(ClusterId)).query(({ ctx, input }) => getCluster(ctx, input.id)),
  update: procedure.input(UpdateK8sCluster).mutation(({ ctx, input }) => updateCluster(ctx, input)),
  moveReport: procedure.input(MoveReport).query(({ ctx, input }) => getClusterMoveReport(ctx, input)),
  delete: procedure.input(idInput(ClusterId)).mutation(({ ctx, input }) => deleteCluster(ctx, input.id)),
});
