import { join } from "node:path";
import type { ChildOptions } from "./child-process.ts";
import type { StackDescription } from "./stack-file.ts";

const top = join(import.meta.dirname, "..", "..");

/** What the processes of Platz need to know of the stack that they run in. */
export interface ProcessFacts {
  readonly description: StackDescription;
  readonly apiPort: number;
  readonly sampleAppPort: number;
  readonly oidcClient: { readonly id: string; readonly secret: string };
  readonly encryptionKeys: string;
}

/** A process of Platz, before anything is known of where it logs. */
type PlatzProcess = Omit<ChildOptions, "logFolder">;

export function apiProcess({ description, apiPort, oidcClient, encryptionKeys }: ProcessFacts): PlatzProcess {
  return {
    name: "api",
    command: run("apps/api/src/main.ts"),
    env: {
      ...common(description),
      API_HOST: "127.0.0.1",
      API_PORT: String(apiPort),
      OIDC_SERVER_URL: description.oidc,
      OIDC_CLIENT_ID: oidcClient.id,
      OIDC_CLIENT_SECRET: oidcClient.secret,
      ADMIN_EMAILS: "admin@platz.dev",
      PLATZ_ENCRYPTION_KEYS: encryptionKeys,
    },
  };
}

export function sampleAppProcess({ description, sampleAppPort }: ProcessFacts): PlatzProcess {
  return {
    name: "sample-app",
    command: run("examples/sample-app/src/serve.ts"),
    env: {
      ...inherited(),
      LISTEN_HOST: "127.0.0.1",
      PORT: String(sampleAppPort),
      PLATZ_URL: description.api,
    },
  };
}

export function agentProcess(facts: ProcessFacts, workFolder: string): PlatzProcess {
  const { description, encryptionKeys } = facts;
  return {
    name: "k8s-agent",
    command: run("apps/k8s-agent/src/main.ts"),
    env: {
      ...common(description),
      ...egress(description),
      PLATZ_ENCRYPTION_KEYS: encryptionKeys,
      PLATZ_CLUSTER_PROVIDER: "local",
      PLATZ_LOCAL_KUBECONFIG: description.agentKubeconfig,
      PLATZ_LOCAL_CONTEXT: description.context,
      PLATZ_HELM_BIN: description.helm,
      PLATZ_AGENT_WORK_DIR: workFolder,
      // Whoever presses Ctrl-C does not want to wait for an install; the next start takes it up again.
      PLATZ_AGENT_SHUTDOWN_GRACE: "3s",
    },
  };
}

export function chartDiscoveryProcess({ description }: ProcessFacts): PlatzProcess {
  return {
    name: "chart-discovery",
    command: run("apps/chart-discovery/src/main.ts"),
    env: {
      ...common(description),
      PLATZ_REGISTRY_PROVIDER: "oci",
      PLATZ_OCI_REGISTRY_URL: `http://${description.registry}`,
      PLATZ_OCI_POLL_INTERVAL: "2s",
    },
  };
}

export function statusUpdatesProcess({ description, encryptionKeys }: ProcessFacts): PlatzProcess {
  return {
    name: "status-updates",
    command: run("apps/status-updates/src/main.ts"),
    env: {
      ...common(description),
      ...egress(description),
      PLATZ_ENCRYPTION_KEYS: encryptionKeys,
      PLATZ_STATUS_INTERVAL_MIN: "2s",
    },
  };
}

/** Hosts below the ingress domain resolve nowhere: calls to them go to the sample application. */
const egress = ({ ingressDomain, sampleApp }: StackDescription): Record<string, string> => ({
  PLATZ_EGRESS_RESOLVE: `${ingressDomain}=${new URL(sampleApp).origin}`,
});

const common = (description: StackDescription): Record<string, string> => ({
  ...inherited(),
  DATABASE_URL: description.database,
  PGSSLMODE: "disable",
  PLATZ_OWN_URL: description.api,
  // Smaller pools than in production: several processes share one small server.
  DB_POOL_MAX_SIZE: "20",
});

/** The little of this process's environment that programs cannot do without. */
function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "LOG_LEVEL"];
  const values = names.map((name) => [name, process.env[name] ?? ""] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== ""));
}

const run = (path: string): [string, ...string[]] => [process.execPath, join(top, path)];
