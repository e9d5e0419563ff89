import type { Applied } from "@platz/db/queries/deployment-drift";
import type { Drift } from "@platz/domain";
import { type ChangedField, type ClusterClient, changedFields, type ReleaseRecord } from "@platz/kubernetes";
import type { ChartComputer } from "@platz/services";
import { TASK_LABEL } from "../operations/task-label.ts";
import { statedWorkloads } from "./stated-workloads.ts";

export type Found = Pick<Drift, "kind" | "what">;

const TOLD_MAX = 10;
/** Stands behind what is different, whatever that is. */
const REPAIR = "Reinstall the deployment to put it right.";
/** Of other fields nothing but the name is told: they may hold what is secret. */
const TOLD_WITH_VALUES = /(^|\.)(image|replicas)$/;

/**
 * How the release of a deployment differs from what was applied last. `undefined`: it does not; `"unsure"`: somebody is
 * at it at this moment, so that it has to be looked at again.
 */
export async function findDrift(
  place: { readonly cluster: ClusterClient; readonly computer?: ChartComputer | undefined },
  { namespace, appliedBy, revision }: Pick<Applied, "namespace" | "appliedBy" | "revision">,
  signal: AbortSignal,
): Promise<Found | "unsure" | undefined> {
  const { cluster, computer } = place;
  const [newest] = await cluster.listReleaseRecords({ namespace, release: namespace }, signal);
  if (newest === undefined) {
    return {
      kind: "ReleaseGone",
      what: [`The release ${namespace} is not on its cluster any more.`, REPAIR],
    };
  }
  const isOurs = newest.labels[TASK_LABEL] === appliedBy && newest.revision === (revision ?? newest.revision);
  if (!isOurs) return foreignRevision(newest);
  const what = await changedWorkloads(
    { cluster, computer },
    { namespace, secretName: newest.secretName },
    signal,
  );
  if (what.length === 0) return undefined;
  const more = what.length - TOLD_MAX;
  const told = more > 0 ? [...what.slice(0, TOLD_MAX), `And ${more} more.`] : what;
  return { kind: "WorkloadChanged", what: [...told, REPAIR] };
}

function foreignRevision({ status, revision }: ReleaseRecord): Found | "unsure" {
  if (status.startsWith("pending-") || status === "uninstalling") return "unsure";
  return {
    kind: "ReleaseChanged",
    what: [`Revision ${revision} of the release (${status}) was not made by Platz.`, REPAIR],
  };
}

async function changedWorkloads(
  place: Parameters<typeof statedWorkloads>[0],
  record: { readonly namespace: string; readonly secretName: string },
  signal: AbortSignal,
): Promise<string[]> {
  const told: string[] = [];
  for (const { kind, name, object } of await statedWorkloads(place, record, signal)) {
    const live = await place.cluster.getWorkload({ kind, namespace: record.namespace, name }, signal);
    if (live === null) told.push(`${kind} ${name} is gone.`);
    else told.push(...changedFields(object, live).map((field) => `${kind} ${name}: ${textOf(field)}.`));
  }
  return told;
}

function textOf({ path, stated, live }: ChangedField): string {
  if (!TOLD_WITH_VALUES.test(path)) return `${path} was changed`;
  return `${path} is ${String(live ?? "not set")} instead of ${String(stated)}`;
}
