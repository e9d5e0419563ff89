import type { OperationKind, OperationOf } from "@platz/domain";
import { install } from "./install.ts";
import { invokeAction } from "./invoke-action.ts";
import type { OperationRunner, RunContext } from "./operation-runner.ts";
import { recreate } from "./recreate.ts";
import { reinstall } from "./reinstall.ts";
import { restartK8sResource } from "./restart-k8s-resource.ts";
import { rollback } from "./rollback.ts";
import { uninstall } from "./uninstall.ts";
import { upgrade } from "./upgrade.ts";

export type Runners = { readonly [K in OperationKind]: OperationRunner<K> };

/** How each operation is run. */
export const runners: Runners = {
  Install: install,
  Upgrade: upgrade,
  Rollback: rollback,
  Reinstall: reinstall,
  Recreate: recreate,
  Uninstall: uninstall,
  InvokeAction: invokeAction,
  RestartK8sResource: restartK8sResource,
};

/** Runs one operation with the runner of its kind. */
export function runOperation<K extends OperationKind>(
  all: Runners,
  operation: OperationOf<K>,
  context: RunContext,
) {
  const runner: Runners[K] = all[operation.kind];
  return runner.run(operation, context);
}
