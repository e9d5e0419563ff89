import type { PlacedDeployment } from "@platz/db/queries/deployments";
import type { Operation, OperationKind } from "@platz/domain";
import type { ServiceContext } from "../../context.ts";
import { invokeAction } from "./invoke-action.ts";
import type { Asked, OperationPolicy, RequestedKind } from "./operation-policy.ts";
import { reinstall } from "./reinstall.ts";
import { restartK8sResource } from "./restart-k8s-resource.ts";

type Policies = {
  readonly [K in OperationKind]: K extends RequestedKind ? OperationPolicy<K> : "internal";
};

/** Who may ask for each operation. What is internal follows from a change of the deployment, whose verb decides. */
export const policies: Policies = {
  Install: "internal",
  Upgrade: "internal",
  Rollback: "internal",
  Recreate: "internal",
  Uninstall: "internal",
  Reinstall: reinstall,
  InvokeAction: invokeAction,
  RestartK8sResource: restartK8sResource,
};

type RequestedPolicies = { readonly [K in RequestedKind]: OperationPolicy<K> };
const requestedPolicies: RequestedPolicies = policies;

/** Applies the policy of what is asked for, and gives the operation to be stored. */
export function prepareOperation<K extends RequestedKind>(
  context: ServiceContext,
  deployment: PlacedDeployment,
  requested: Asked<K>,
): Promise<Operation> {
  const policy: RequestedPolicies[K] = requestedPolicies[requested.kind];
  return policy.prepare(context, deployment, requested);
}
