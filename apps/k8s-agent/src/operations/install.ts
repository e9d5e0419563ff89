import { applyRelease, applySteps } from "./apply-release.ts";
import type { OperationRunner } from "./operation-runner.ts";

export const install: OperationRunner<"Install"> = {
  steps: applySteps,
  run: (_, context) => applyRelease(context),
};
