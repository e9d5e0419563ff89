import { applyRelease, applySteps } from "./apply-release.ts";
import type { OperationRunner } from "./operation-runner.ts";

/** The inputs are those of the live revision, which stays the revision. */
export const reinstall: OperationRunner<"Reinstall"> = {
  steps: applySteps,
  async run(operation, context) {
    context.log(`Installed again: ${operation.reason}`);
    return applyRelease(context);
  },
};
