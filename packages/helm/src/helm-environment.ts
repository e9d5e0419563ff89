import { runFiles } from "./helm-arguments.ts";
import { goMemoryLimit } from "./memory-limit.ts";

/** All that Helm is told by its environment: where the files of its run are, and where it may write. */
export function helmEnvironment({
  files,
  home,
  memoryBytes,
}: {
  readonly files: string;
  readonly home: string;
  readonly memoryBytes: number;
}): Record<string, string> {
  return {
    LANG: "C.UTF-8",
    HOME: home,
    TMPDIR: home,
    KUBECONFIG: `${files}/${runFiles.kubeconfig}`,
    HELM_CACHE_HOME: `${home}/cache`,
    HELM_CONFIG_HOME: `${home}/config`,
    HELM_DATA_HOME: `${home}/data`,
    HELM_PLUGINS: `${home}/plugins`,
    HELM_NO_PLUGINS: "1",
    HELM_REGISTRY_CONFIG: `${home}/registry.json`,
    HELM_REPOSITORY_CONFIG: `${home}/repositories.yaml`,
    HELM_DEBUG: "false",
    GOMEMLIMIT: goMemoryLimit(memoryBytes),
  };
}
