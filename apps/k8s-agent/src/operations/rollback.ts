import { applyRelease, applySteps } from "./apply-release.ts";
import type { OperationRunner } from "./operation-runner.ts";

/** What was is applied again, as a new revision: Helm's own rollback would bring back values that nobody could explain. */
export const rollback: OperationRunner<"Rollback"> = {
  steps: applySteps,
  run: (_, context) => applyRelease(context),
};
