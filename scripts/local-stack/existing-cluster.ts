import { resolve } from "node:path";
import { KubeconfigError, loadKubeconfig } from "@platz/kubernetes";
import { UsageError } from "./usage-error.ts";

/** A cluster that is there already, instead of one of the local stack's own. */
export interface ExistingCluster {
  readonly kubeconfig: string;
  readonly context: string;
}

/**
 * The cluster that `--kubeconfig` and `--context` name together, if they do. The context must be named: whatever happens
 * to be current in a person's kubeconfig may well be production. Throws `UsageError`.
 */
export async function existingCluster(options: {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}): Promise<ExistingCluster | undefined> {
  const { context } = options;
  if (options.kubeconfig === undefined) {
    if (context === undefined) return undefined;
    throw new UsageError("--context names a cluster of a kubeconfig file: give that with --kubeconfig FILE.");
  }
  if (context === undefined) throw new UsageError("Say which cluster of that file with --context NAME.");
  const kubeconfig = resolve(options.kubeconfig);
  try {
    await loadKubeconfig(kubeconfig, context);
    return { kubeconfig, context };
  } catch (error) {
    if (error instanceof KubeconfigError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
