import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConfigError,
  databaseSettings,
  duration,
  list,
  memorySize,
  plainHttpSettings,
  reservedHosts,
  tracingSettings,
} from "@platz/config";
import { egressSettings } from "@platz/egress";
import { NamespaceName } from "@platz/helm";
import { registrySettings } from "@platz/oci";
import { keyRingSetting } from "@platz/sealing";
import { logLevels } from "@platz/telemetry";
import { z } from "zod";

const number = (standing: string) =>
  z.coerce.number("must be a number").int().min(1).max(1000).prefault(standing);

const jobPod = z
  .string()
  .prefault("{}")
  .transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("must be JSON");
      return z.NEVER;
    }
  })
  .pipe(
    z.strictObject({
      nodeSelector: z.record(z.string(), z.string()).optional(),
      tolerations: z.array(z.looseObject({})).optional(),
      resources: z
        .looseObject({
          limits: z.record(z.string(), z.string()).optional(),
          requests: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    }),
  );

/** What the agent reads from its environment and command line (workers spec 3.1). */
export const AgentSettings = z.object({
  PLATZ_OWN_URL: z
    .url({ protocol: /^https?$/, message: "must be an http:// or https:// address" })
    .describe("Where people and deployments reach this installation."),
  ...reservedHosts,
  PLATZ_ENCRYPTION_KEYS: keyRingSetting,
  PLATZ_CLUSTER_PROVIDER: z
    .enum(["eks", "local", "in-cluster"], "must be eks, local or in-cluster")
    .default("eks")
    .describe(
      "Where clusters are found: eks is those of AWS accounts, local is one context of a kubeconfig, in-cluster is the one that the agent runs in.",
    ),
  PLATZ_EKS_REGIONS: list(
    z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be AWS regions such as eu-west-1"),
  )
    .transform((regions) => (regions.length === 0 ? undefined : regions))
    .describe("The only regions that EKS clusters are looked for in; without it all that are enabled."),
  PLATZ_EKS_ROLES: list(
    z.union(
      [z.literal("self"), z.string().regex(/^arn:[^:]+:iam::\d{12}:role\/.+$/)],
      "must be ARNs of IAM roles, or self",
    ),
    "self",
  ).describe(
    "Whose EKS clusters: ARNs of roles to assume, one for each account; self is the agent's own credentials.",
  ),
  PLATZ_IN_CLUSTER_NAME: z
    .string()
    .prefault("in-cluster")
    .describe("The name of the cluster that the agent runs in, for people."),
  KUBERNETES_SERVICE_HOST: z.string().optional().describe("Set by Kubernetes in every pod."),
  KUBERNETES_SERVICE_PORT: z.string().optional().describe("Set by Kubernetes in every pod."),
  PLATZ_LOCAL_KUBECONFIG: z
    .string()
    .prefault(join(homedir(), ".kube", "config"))
    .describe("Kubeconfig file of the local provider. It may appear later."),
  PLATZ_LOCAL_CONTEXT: z
    .string()
    .optional()
    .describe("Context of the local provider; without it the file's current one."),
  K8S_REFRESH_INTERVAL: duration({ minMs: 100 })
    .prefault("1h")
    .describe("How often clusters are looked for."),
  K8S_RETRY_MAX: duration({ minMs: 100 })
    .prefault("1m")
    .describe("Longest pause before a cluster that failed is tried again."),
  PLATZ_IDENTITIES_NAMESPACE: NamespaceName.prefault("platz-identities").describe(
    "Namespace of the accounts that Helm acts as, one for each deployment; nothing else may be in it.",
  ),
  PLATZ_HELM_RUNNER: z
    .enum(["process", "job"], "must be process or job")
    .default("process")
    .describe(
      "How Helm is run: process is a child of the agent; job is a Kubernetes Job for each run, which outlives its agent.",
    ),
  PLATZ_HELM_JOB_IMAGE: z.string().min(1).optional().describe("Image of the Jobs, with Helm 4 on its path."),
  PLATZ_HELM_JOB_NAMESPACE: NamespaceName.optional().describe(
    "Namespace of the Jobs; without it that of the agent's own pod.",
  ),
  PLATZ_HELM_JOB_KUBECONFIG: z
    .string()
    .optional()
    .describe("Kubeconfig of the cluster that the Jobs run in; without it the one that the agent runs in."),
  PLATZ_HELM_JOB_CONTEXT: z
    .string()
    .optional()
    .describe("Context in that file; without it the file's current one."),
  PLATZ_HELM_JOB_SERVICE_ACCOUNT: z
    .string()
    .optional()
    .describe("Service account of the Jobs' pods. They need no rights there: Helm is given its own."),
  PLATZ_HELM_IMAGE: z
    .string()
    .min(1)
    .optional()
    .describe("Another name of PLATZ_HELM_JOB_IMAGE, which comes first."),
  PLATZ_SELF_NAMESPACE: NamespaceName.optional().describe(
    "Another name of PLATZ_HELM_JOB_NAMESPACE, which comes first.",
  ),
  PLATZ_SELF_SERVICE_ACCOUNT_NAME: z
    .string()
    .optional()
    .describe("Another name of PLATZ_HELM_JOB_SERVICE_ACCOUNT, which comes first."),
  PLATZ_HELM_JOB_POD: jobPod.describe("nodeSelector, tolerations and resources of the Jobs' pods, as JSON."),
  PLATZ_HELM_BIN: z.string().prefault("helm").describe("The helm binary, version 4."),
  PLATZ_HELM_MEMORY: memorySize({ minBytes: 128 * 1024 * 1024 })
    .prefault("512Mi")
    .describe(
      "Memory that one run of Helm may take, by either runner; whatever needs more is ended and its task fails. PLATZ_TASK_CONCURRENCY runs may happen at once.",
    ),
  PLATZ_AGENT_NAME: z
    .string()
    .optional()
    .describe("Name of this agent, unique among all that run; without it one is made up at each start."),
  PLATZ_AGENT_WORK_DIR: z
    .string()
    .prefault(join(tmpdir(), "platz-agent"))
    .describe("Folder for private directories of Helm runs, on a disk of this machine."),
  PLATZ_TASK_CONCURRENCY: number("10").describe("Tasks that this agent runs at once."),
  PLATZ_TASK_CONCURRENCY_PER_CLUSTER: number("4").describe("Tasks that run at once on one cluster."),
  PLATZ_TASK_ATTEMPTS_MAX: number("10").describe("Attempts of a task that changed nothing, before it fails."),
  PLATZ_TASK_RETRY_FIRST: duration({ minMs: 1 })
    .prefault("5s")
    .describe("Pause after the first such attempt."),
  PLATZ_TASK_RETRY_MAX: duration({ minMs: 1 })
    .prefault("5m")
    .describe("Longest pause between such attempts."),
  PLATZ_TASK_LEASE: duration({ minMs: 500 })
    .prefault("20s")
    .describe("For how long a running task stays this agent's without renewal."),
  PLATZ_TASK_HEARTBEAT: duration({ minMs: 50 })
    .prefault("5s")
    .describe("How often running tasks are renewed."),
  PLATZ_TASK_POLL: duration({ minMs: 10 })
    .prefault("1s")
    .describe("How often the queue is looked at when nothing hints at work."),
  PLATZ_HELM_TIMEOUT: duration({ minMs: 1000 })
    .prefault("30m")
    .describe("Longest run of a task that uses Helm, unless its chart says otherwise."),
  PLATZ_HELM_TIMEOUT_MAX: duration({ minMs: 1000 })
    .prefault("6h")
    .describe("The longest that a chart may say (task_timeout_secs of its features)."),
  PLATZ_ACTION_TIMEOUT: duration({ minMs: 100 }).prefault("2m").describe("Longest run of an action."),
  PLATZ_RESTART_TIMEOUT: duration({ minMs: 1000 }).prefault("15m").describe("Longest run of a restart."),
  PLATZ_HOOK_TIMEOUT: duration({ minMs: 100 })
    .prefault("30s")
    .describe("How long an application may take to answer when it is told of a change of a resource."),
  PLATZ_HOOK_ATTEMPTS_MAX: number("10").describe("How often it is told of one change before that fails."),
  PLATZ_HOOK_RETRY_FIRST: duration({ minMs: 1 })
    .prefault("5s")
    .describe("Pause after the first such attempt."),
  PLATZ_HOOK_RETRY_MAX: duration({ minMs: 1 })
    .prefault("5m")
    .describe("Longest pause between such attempts."),
  PLATZ_AGENT_SHUTDOWN_GRACE: duration()
    .prefault("20s")
    .describe("How long running tasks may go on when the process is asked to stop."),
  PLATZ_AGENT_HTTP_PORT: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(0)
    .max(65535)
    .optional()
    .describe("Port for /status and /metrics; 0 takes any free one; without it there is none."),
  PLATZ_DISABLE_DEPLOYMENT_CREDENTIALS: z
    .stringbool("must be true or false")
    .prefault("false")
    .describe("Do not refresh the credentials of deployments from time to time."),
  PLATZ_DEPLOYMENT_CREDENTIALS_REFRESH_INTERVAL: duration({ minMs: 100 })
    .prefault("20m")
    .describe("How often the credentials of deployments are refreshed."),
  PLATZ_DEPLOYMENT_CREDENTIALS_TOKEN_DURATION: duration({ minMs: 1000 })
    .prefault("1h")
    .describe("How long the credentials of a deployment are good; longer than the refresh interval."),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(", ")}`)
    .default("info")
    .describe("How much is logged."),
  ...registrySettings,
  ...egressSettings,
  ...plainHttpSettings,
  ...tracingSettings,
  ...databaseSettings,
});
export type AgentSettings = z.output<typeof AgentSettings>;

/** What verbs that the agent runs in somebody's name are told of the settings. */
export function verbSettings(settings: AgentSettings) {
  return {
    keyring: settings.PLATZ_ENCRYPTION_KEYS,
    ownUrl: settings.PLATZ_OWN_URL,
    reservedHosts: settings.PLATZ_RESERVED_HOSTS,
  };
}

/** Refuses tokens that run out before they are renewed. */
export function requireCredentialTimes(settings: AgentSettings): void {
  if (settings.PLATZ_DISABLE_DEPLOYMENT_CREDENTIALS) return;
  const { PLATZ_DEPLOYMENT_CREDENTIALS_REFRESH_INTERVAL: refresh } = settings;
  if (settings.PLATZ_DEPLOYMENT_CREDENTIALS_TOKEN_DURATION > refresh) return;
  throw new ConfigError(
    "PLATZ_DEPLOYMENT_CREDENTIALS_TOKEN_DURATION: must be longer than PLATZ_DEPLOYMENT_CREDENTIALS_REFRESH_INTERVAL",
  );
}
