import { DeploymentId, SetUpgradePolicy } from "@platz/domain";
import {
  getUpgradePolicy,
  listUpgradePolicies,
  removeUpgradePolicy,
  setUpgradePolicy,
} from "@platz/services";
import { z } from "zod";
import { is, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("upgradePolicies", { deploymentId: is(DeploymentId) });
const OfDeployment = z.strictObject({ deploymentId: DeploymentId });

export const upgradePolicies = router({
  list: procedure.input(List).query(({ ctx, input }) => listUpgradePolicies(ctx, input)),
  get: procedure.input(OfDeployment).query(({ ctx, input }) => getUpgradePolicy(ctx, input.deploymentId)),
  set: procedure.input(SetUpgradePolicy).mutation(({ ctx, input }) => setUpgradePolicy(ctx, input)),
  remove: procedure
    .input(OfDeployment)
    .mutation(({ ctx, input }) => removeUpgradePolicy(ctx, input.deploymentId)),
});
