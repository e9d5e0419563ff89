import { applyRelease, applySteps } from "./apply-release.ts";
import type { OperationRunner } from "./operation-runner.ts";

export const upgrade: OperationRunner<"Upgrade"> = {
  steps: applySteps,
  run: (_, context) => applyRelease(context),
};
