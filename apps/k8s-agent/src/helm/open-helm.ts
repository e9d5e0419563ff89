import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "@platz/config";
import {
  childProcessRunner,
  type HelmRunner,
  jobRunner,
  requireHelm,
  sweepPrivateDirectories,
} from "@platz/helm";
import { type ClusterConnection, JobHost, loadKubeconfig } from "@platz/kubernetes";
import type { Logger } from "@platz/telemetry";
import { inClusterConnection, SERVICE_ACCOUNT } from "../providers/in-cluster.ts";
import type { AgentSettings } from "../settings.ts";

type RunnerName = AgentSettings["PLATZ_HELM_RUNNER"];

const runners: Readonly<Record<RunnerName, (settings: AgentSettings, log: Logger) => Promise<HelmRunner>>> = {
  process: openProcesses,
  job: openJobs,
};

/** How Helm is run, as the settings say. Throws `ConfigError` for settings that cannot work. */
export function openHelm(settings: AgentSettings, log: Logger): Promise<HelmRunner> {
  return runners[settings.PLATZ_HELM_RUNNER](settings, log);
}

async function openProcesses(settings: AgentSettings, log: Logger): Promise<HelmRunner> {
  const helmPath = Bun.which(settings.PLATZ_HELM_BIN);
  if (helmPath === null) {
    throw new ConfigError(
      `PLATZ_HELM_BIN: there is no program ${settings.PLATZ_HELM_BIN}; install Helm 4 or name it`,
    );
  }
  const privateRoot = settings.PLATZ_AGENT_WORK_DIR;
  const setprivPath = Bun.which("setpriv") ?? undefined;
  const prlimitPath = Bun.which("prlimit") ?? undefined;
  const memoryBytes = settings.PLATZ_HELM_MEMORY;
  const helm = childProcessRunner({ helmPath, privateRoot, setprivPath, prlimitPath, memoryBytes });
  const version = await requireHelm(helm);
  const swept = await sweepPrivateDirectories(privateRoot);
  log.info({ version, swept }, "helm is ready");
  return helm;
}

async function openJobs(settings: AgentSettings, log: Logger): Promise<HelmRunner> {
  const { PLATZ_HELM_JOB_POD: pod } = settings;
  const image = settings.PLATZ_HELM_JOB_IMAGE ?? settings.PLATZ_HELM_IMAGE;
  if (image === undefined) {
    throw new ConfigError("PLATZ_HELM_JOB_IMAGE: name an image with Helm 4, for PLATZ_HELM_RUNNER=job");
  }
  const named = settings.PLATZ_HELM_JOB_NAMESPACE ?? settings.PLATZ_SELF_NAMESPACE;
  const namespace = named ?? (await ownNamespace());
  const serviceAccountName =
    settings.PLATZ_HELM_JOB_SERVICE_ACCOUNT ?? settings.PLATZ_SELF_SERVICE_ACCOUNT_NAME;
  const connection = await jobConnection(settings);
  log.info({ namespace, cluster: connection.context, image }, "helm runs as jobs");
  return jobRunner({
    host: new JobHost(connection, namespace),
    image,
    serviceAccountName,
    memoryBytes: settings.PLATZ_HELM_MEMORY,
    // A Job that nobody looks after ends by itself, later than any task may.
    deadlineMs: settings.PLATZ_HELM_TIMEOUT_MAX + settings.PLATZ_HELM_TIMEOUT,
    ...(pod.nodeSelector ? { nodeSelector: pod.nodeSelector } : {}),
    ...(pod.tolerations ? { tolerations: pod.tolerations } : {}),
    ...(pod.resources ? { resources: pod.resources } : {}),
  });
}

async function jobConnection(settings: AgentSettings): Promise<ClusterConnection> {
  const { PLATZ_HELM_JOB_KUBECONFIG: file, PLATZ_HELM_JOB_CONTEXT: context } = settings;
  if (file !== undefined) return await loadKubeconfig(file, context);
  return await inClusterConnection({
    name: settings.PLATZ_IN_CLUSTER_NAME,
    folder: SERVICE_ACCOUNT,
    host: settings.KUBERNETES_SERVICE_HOST,
    port: settings.KUBERNETES_SERVICE_PORT,
  });
}

async function ownNamespace(): Promise<string> {
  try {
    return (await readFile(join(SERVICE_ACCOUNT, "namespace"), "utf8")).trim();
  } catch (cause) {
    throw new ConfigError(
      "PLATZ_HELM_JOB_NAMESPACE: name the namespace of the Jobs; outside of a cluster the agent has none of its own",
      { cause },
    );
  }
}
