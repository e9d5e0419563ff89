import { type ChartComputer, type ComputedChart, chartComputer, type HelmValues } from "@platz/services";
import type { SoundChart } from "../sound-chart.ts";
import type { RunContext } from "./operation-runner.ts";

/** More than a release can have: Helm's record of it is a Secret of 1 MiB. */
const MANIFEST_CHARACTERS_MAX = 4 * 1024 * 1024;

/** A chart with what it is to be installed with. */
export interface ToInstall {
  readonly rendered: HelmValues;
  readonly chart: SoundChart;
}

/**
 * The objects that Helm would apply, hooks too, as parsed documents; nothing where it cannot be said: Helm itself then
 * says why. What a chart looks up in the cluster it does not find here.
 */
export async function renderObjects(
  {
    helm,
    computer,
    task,
    signal,
    killSignal,
  }: Pick<RunContext, "helm" | "computer" | "task" | "signal" | "killSignal">,
  { rendered, chart: { chartArchive, skipSchemaValidation } }: ToInstall,
): Promise<readonly unknown[] | undefined> {
  const { failure, answer } = await helm.run(
    {
      command: "template",
      release: task.namespace,
      namespace: task.namespace,
      chartArchive,
      skipSchemaValidation,
      includeCrds: true,
      values: [JSON.stringify(rendered.values), JSON.stringify(rendered.valuesOverride)],
    },
    // With what is secret in it: an override that is a whole object is to be judged as well. Nobody is told of it.
    { signal, killSignal },
  );
  signal.throwIfAborted();
  return failure === undefined ? await documentsOf(answer, rendered.chart, computer) : undefined;
}

/** The parsed documents of a manifest, read for a chart; nothing of one that is too long. */
export async function documentsOf(
  manifest: string,
  chart: ComputedChart,
  computer: ChartComputer | undefined,
): Promise<readonly unknown[] | undefined> {
  if (manifest.length > MANIFEST_CHARACTERS_MAX) return undefined;
  return await chartComputer({ computer }).compute(chart, "readDocuments", { manifest });
}
