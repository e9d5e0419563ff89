import { type ClusterId, type Deployment, jsonDiff, type Operation, sameJson } from "@platz/domain";

/** What of a deployment decides which work an edit means. */
export type Planned = Pick<
  Deployment,
  "enabled" | "name" | "clusterId" | "namespace" | "helmChartId" | "config" | "valuesOverride"
>;

/** A task that an edit asks for, with the cluster and namespace that it is about. */
export interface PlannedTask {
  readonly operation: Operation;
  readonly clusterId: ClusterId;
  readonly namespace: string;
}

export interface UpdatePlan {
  readonly tasks: readonly PlannedTask[];
  /** Whether the enabled deployments that use this one are to be reinstalled. */
  readonly reinstallDependants: boolean;
}

const nothing: UpdatePlan = { tasks: [], reinstallDependants: false };

/**
 * The work that follows from an edit (decision table of API spec 7.1). An Uninstall is about the place that the
 * deployment had, whatever else the edit changed (W-26). `reinstallDependencies` is the new chart's own wish.
 */
export function planUpdate(before: Planned, after: Planned, reinstallDependencies: boolean): UpdatePlan {
  if (!after.enabled) {
    return before.enabled ? { ...nothing, tasks: [taskAt(before, { kind: "Uninstall" })] } : nothing;
  }
  if (!before.enabled) return { tasks: [taskAt(after, installOf(after))], reinstallDependants: true };
  if (before.clusterId !== after.clusterId || before.name !== after.name) {
    const tasks = [taskAt(after, recreateOf(before, after)), taskAt(after, upgradeOf(before, after))];
    return { tasks, reinstallDependants: true };
  }
  if (!isSameRelease(before, after)) {
    const tasks = [taskAt(after, upgradeOf(before, after))];
    return { tasks, reinstallDependants: reinstallDependencies };
  }
  return nothing;
}

/** The Install of a deployment as it is saved. */
export function installOf({ helmChartId, config, valuesOverride }: Planned): Operation {
  return { kind: "Install", helmChartId, configInputs: config, valuesOverride };
}

/** The Upgrade from one saved state of a deployment to another. */
export function upgradeOf(before: Planned, after: Planned): Operation {
  return {
    kind: "Upgrade",
    helmChartId: after.helmChartId,
    prevHelmChartId: before.helmChartId,
    configInputs: after.config,
    configDelta: jsonDiff(before.config, after.config),
    valuesOverride: after.valuesOverride,
  };
}

function recreateOf(before: Planned, after: Planned): Operation {
  return {
    kind: "Recreate",
    oldClusterId: before.clusterId,
    oldNamespace: before.namespace,
    newClusterId: after.clusterId,
    newNamespace: after.namespace,
  };
}

function isSameRelease(before: Planned, after: Planned): boolean {
  return (
    before.helmChartId === after.helmChartId &&
    sameJson(before.config, after.config) &&
    sameJson(before.valuesOverride, after.valuesOverride)
  );
}

function taskAt({ clusterId, namespace }: Planned, operation: Operation): PlannedTask {
  return { operation, clusterId, namespace };
}
