import type { HelmValues } from "@platz/services";
import { parseAllDocuments } from "yaml";
import type { SoundChart } from "../sound-chart.ts";
import type { RunContext } from "./operation-runner.ts";

/** More than a release can have: Helm's record of it is a Secret of 1 MiB. */
const MANIFEST_CHARACTERS_MAX = 4 * 1024 * 1024;
const ALIASES_MAX = 1_000;

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
  { helm, task, signal, killSignal }: Pick<RunContext, "helm" | "task" | "signal" | "killSignal">,
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
  return failure === undefined ? documentsOf(answer) : undefined;
}

/** The parsed documents of a manifest; nothing of one that is too long. */
export function documentsOf(manifest: string): readonly unknown[] | undefined {
  if (manifest.length > MANIFEST_CHARACTERS_MAX) return undefined;
  const documents = parseAllDocuments(manifest, { uniqueKeys: false, prettyErrors: false });
  return documents.map((document): unknown => document.toJS({ maxAliasCount: ALIASES_MAX }));
}
