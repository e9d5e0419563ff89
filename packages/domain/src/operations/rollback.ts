import { z } from "zod";
import { DeploymentTaskId } from "../ids.ts";
import { Upgrade } from "./upgrade.ts";

/** Bring the release back to what an earlier task of the deployment had made of it: its chart, inputs and override. */
export const Rollback = Upgrade.extend({ kind: z.literal("Rollback"), toTaskId: DeploymentTaskId });
