import { type ClusterClient, type RolloutKind, rolloutKinds } from "@platz/kubernetes";
import { type ChartComputer, chartComputer } from "@platz/services";
import { releaseAsChart } from "../release-as-chart.ts";

/** A workload as the manifest of a release states it. */
interface StatedWorkload {
  readonly kind: RolloutKind;
  readonly name: string;
  readonly object: unknown;
}

/** The Deployments and StatefulSets that a revision of a release made, as it states them. */
export async function statedWorkloads(
  { cluster, computer }: { readonly cluster: ClusterClient; readonly computer: ChartComputer | undefined },
  record: { readonly namespace: string; readonly secretName: string },
  signal: AbortSignal,
): Promise<StatedWorkload[]> {
  const manifest = await cluster.releaseManifest(record, signal);
  const chart = releaseAsChart(record);
  const objects = await chartComputer({ computer }).compute(chart, "readManifest", {
    manifest,
    kinds: rolloutKinds,
  });
  return objects.flatMap(({ kind, name, object }) => {
    const known = rolloutKinds.find((each) => each === kind);
    return known === undefined ? [] : [{ kind: known, name, object }];
  });
}
