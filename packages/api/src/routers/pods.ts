import { DeploymentId, PodLogRequest } from "@platz/domain";
import { listPodEvents, listPods, readPodLog } from "@platz/services";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const OfDeployment = z.strictObject({ deploymentId: DeploymentId });

export const pods = router({
  list: procedure.input(OfDeployment).query(({ ctx, input }) => listPods(ctx, input.deploymentId)),
  log: procedure.input(PodLogRequest).query(({ ctx, input }) => readPodLog(ctx, input)),
  events: procedure.input(OfDeployment).query(({ ctx, input }) => listPodEvents(ctx, input.deploymentId)),
});
