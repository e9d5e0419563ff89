import type { DeploymentChanges, PlacedDeployment } from "@platz/db/queries/deployments";
import { namespaceName, sameJson, type UpdateDeployment } from "@platz/domain";

/** What an edit does to a deployment. */
export interface Edit {
  readonly before: PlacedDeployment;
  readonly after: PlacedDeployment;
  /** What is to be saved. */
  readonly changes: DeploymentChanges;
  readonly isRenamed: boolean;
  readonly isMoved: boolean;
  readonly hasOtherChart: boolean;
  readonly hasOtherInputs: boolean;
  readonly hasOtherOverride: boolean;
  readonly isEnabled: boolean;
  readonly isDisabled: boolean;
}

/**
 * Lays an edit over the saved deployment. Absent fields stay, `valuesOverride: null` clears it, and a namespace is
 * made anew only for another name: one that was stored before a kind was renamed stays (W-28).
 */
export function editOf(before: PlacedDeployment, { id: _, version: __, ...input }: UpdateDeployment): Edit {
  const { valuesOverride, ...rest } = input;
  const isRenamed = input.name !== undefined && input.name !== before.name;
  const changes: DeploymentChanges = definedFields({
    ...rest,
    valuesOverride: valuesOverride === null ? {} : valuesOverride,
    namespace: isRenamed ? namespaceName(before.kindName, input.name ?? "") : undefined,
  });
  const after: PlacedDeployment = { ...before, ...changes };
  return {
    before,
    after,
    changes,
    isRenamed,
    isMoved: before.clusterId !== after.clusterId,
    hasOtherChart: before.helmChartId !== after.helmChartId,
    hasOtherInputs: !sameJson(before.config, after.config),
    hasOtherOverride: !sameJson(before.valuesOverride, after.valuesOverride),
    isEnabled: !before.enabled && after.enabled,
    isDisabled: before.enabled && !after.enabled,
  };
}

/** A copy without the fields that are `undefined`; the type says the same in another way. */
function definedFields<Fields extends object>(
  fields: Fields,
): { [K in keyof Fields]?: Exclude<Fields[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof Fields]?: Exclude<Fields[K], undefined>;
  };
}
