import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  applyRights,
  grantAllObjects,
  loadKubeconfig,
  rightsObjects,
  standardPlaces,
} from "@platz/kubernetes";
import { stringify } from "yaml";
import { z } from "zod";
import type { Toolchain } from "../../toolchain/ensure-toolchain.ts";
import { type Child, type ChildOptions, startChild } from "../child-process.ts";
import { freePort } from "../choose-port.ts";
import { waitUntil } from "../wait-until.ts";
import { type ControlPlaneFiles, controlPlaneCertificates, readPems } from "./certificates.ts";

export interface ControlPlane extends AsyncDisposable {
  readonly url: string;
  /** A kubeconfig file (mode 0600) with one context, `local`, of a cluster admin. */
  readonly kubeconfig: string;
  readonly context: string;
  /** File with a line of JSON for each request of a service account. */
  readonly auditLog: string;
  readonly children: readonly Child[];
}

const CONTEXT = "local";
/** Nodes with this label have an agent of their own (`scripts/testing/node-agent.ts`). */
export const RUNS_PODS_LABEL = "platz.test/runs-pods";

/**
 * A real Kubernetes control plane on loopback: etcd, API server, controller manager, scheduler, and kwok, which gives
 * one node and its pods a life without containers. The rights that Platz needs are on it. Ready when the API server is and a pod could be scheduled.
 */
export async function startControlPlane(options: {
  readonly folder: string;
  readonly logFolder: string;
  readonly tools: Toolchain;
  /** Address of what is asked whose an unknown bearer token is, by TokenReview. */
  readonly tokenReviewUrl?: string;
}): Promise<ControlPlane> {
  const { folder, logFolder, tools, tokenReviewUrl } = options;
  await mkdir(folder, { recursive: true });
  await using started = new AsyncDisposableStack();
  const children: Child[] = [];
  const run: Run = async (child) => {
    const running = started.use(await startChild({ ...child, logFolder }));
    children.push(running);
    return running;
  };

  const auditLog = join(folder, "audit.log");
  const files = await controlPlaneCertificates(join(folder, "pki"));
  const etcdUrl = await startEtcd(run, tools, folder);
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const apiServer = await run({
    name: "kube-apiserver",
    command: [
      tools["kube-apiserver"],
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      `--tls-cert-file=${files.serverCert}`,
      `--tls-private-key-file=${files.serverKey}`,
      `--client-ca-file=${files.caCert}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${files.serviceAccountPublicKey}`,
      `--service-account-signing-key-file=${files.serviceAccountKey}`,
      "--authorization-mode=RBAC",
      // As on real clusters: what a pod may do is for admission to say.
      "--allow-privileged=true",
      // A /24 has only 254 addresses: the 255th Service would not install.
      "--service-cluster-ip-range=10.0.0.0/12",
      ...(await auditFlags(folder, auditLog)),
      ...(tokenReviewUrl === undefined ? [] : await tokenReviewFlags(folder, tokenReviewUrl)),
    ],
  });
  const pems = await readPems(files);
  const tls = { ca: pems.caCert, cert: pems.adminCert, key: pems.adminKey };
  const ask = (path: string, init: RequestInit = {}) => fetch(url + path, { ...init, tls });
  await waitUntil("The API server", async () => (await ask("/readyz")).ok, {
    timeoutMs: 60_000,
    of: apiServer,
  });

  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigText(url, pems), { mode: 0o600 });
  await applyRights(await loadKubeconfig(kubeconfig), [
    ...rightsObjects(standardPlaces),
    ...grantAllObjects(standardPlaces),
  ]);
  await startControllers({ run, tools, kubeconfig, files });
  await createNode(ask);
  await waitUntil("The cluster's node", () => isSchedulable(ask), { timeoutMs: 60_000 });
  const stop = started.move();
  return {
    url,
    kubeconfig,
    context: CONTEXT,
    auditLog,
    children,
    [Symbol.asyncDispose]: () => stop.disposeAsync(),
  };
}

/** Who asked for what, of service accounts alone: those of agents, of Helm and of pods. */
async function auditFlags(folder: string, log: string): Promise<string[]> {
  const file = join(folder, "audit-policy.yaml");
  const text = stringify({
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [{ level: "Metadata", userGroups: ["system:serviceaccounts"] }, { level: "None" }],
  });
  await writeFile(file, text);
  return [
    `--audit-policy-file=${file}`,
    `--audit-log-path=${log}`,
    "--audit-log-maxsize=50",
    "--audit-log-maxbackup=1",
  ];
}

async function tokenReviewFlags(folder: string, url: string): Promise<string[]> {
  const file = join(folder, "token-review.yaml");
  const text = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "review", cluster: { server: url } }],
    users: [{ name: "api-server", user: {} }],
    contexts: [{ name: "review", context: { cluster: "review", user: "api-server" } }],
    "current-context": "review",
  });
  await writeFile(file, text, { mode: 0o600 });
  return [
    `--authentication-token-webhook-config-file=${file}`,
    "--authentication-token-webhook-version=v1",
    // What was good a moment ago is asked about again: tests take credentials away.
    "--authentication-token-webhook-cache-ttl=1s",
  ];
}

type Run = (child: Omit<ChildOptions, "logFolder">) => Promise<Child>;
type Ask = (path: string, init?: RequestInit) => Promise<Response>;

async function startEtcd(run: Run, tools: Toolchain, folder: string): Promise<string> {
  const [clientUrl, peerUrl] = (await Promise.all([freePort(), freePort()])).map(
    (port) => `http://127.0.0.1:${port}`,
  );
  const etcd = await run({
    name: "etcd",
    command: [
      tools.etcd,
      `--data-dir=${join(folder, "etcd")}`,
      // Development data: losing the last second of it in a power cut is worth the speed.
      "--unsafe-no-fsync",
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
    ],
  });
  await waitUntil("etcd", async () => (await fetch(`${clientUrl}/health`)).ok, {
    timeoutMs: 30_000,
    of: etcd,
  });
  return clientUrl ?? "";
}

async function startControllers(options: {
  readonly run: Run;
  readonly tools: Toolchain;
  readonly kubeconfig: string;
  readonly files: ControlPlaneFiles;
}): Promise<void> {
  const { run, tools, kubeconfig, files } = options;
  const common = [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--bind-address=127.0.0.1"];
  await run({
    name: "kube-controller-manager",
    command: [
      tools["kube-controller-manager"],
      ...common,
      `--secure-port=${await freePort()}`,
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.caCert}`,
    ],
  });
  await run({
    name: "kube-scheduler",
    command: [tools["kube-scheduler"], ...common, `--secure-port=${await freePort()}`],
  });
  await run({
    name: "kwok",
    command: [
      tools.kwok,
      `--kubeconfig=${kubeconfig}`,
      // Every node but those whose pods really run.
      `--manage-nodes-with-label-selector=!${RUNS_PODS_LABEL}`,
      // Without a lease that is renewed the node counts as lost after a while, and its pods as not ready.
      "--node-lease-duration-seconds=40",
      `--config=${tools.stages}`,
      `--server-address=127.0.0.1:${await freePort()}`,
    ],
  });
}

/** One node, large enough for whatever the demo, tests and benches put on it. */
async function createNode(ask: Ask): Promise<void> {
  const capacity = { cpu: "1000", memory: "4000Gi", pods: "100000", "ephemeral-storage": "4000Gi" };
  const response = await ask("/api/v1/nodes", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: "local-1",
        labels: { "kubernetes.io/hostname": "local-1", "kubernetes.io/os": "linux" },
      },
      status: { capacity, allocatable: capacity },
    }),
  });
  // 409: it is there from last time.
  if (!response.ok && response.status !== 409)
    throw new Error(`The node was refused: ${await response.text()}`);
}

/** Whether pods can be made and placed: the node is ready and untainted, and the first service account is there. */
async function isSchedulable(ask: Ask): Promise<boolean> {
  const account = await ask("/api/v1/namespaces/default/serviceaccounts/default");
  if (!account.ok) return false;
  const node = Node.parse(await (await ask("/api/v1/nodes/local-1")).json());
  const ready = node.status.conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return ready && !node.spec.taints.some(({ key }) => key === "node.kubernetes.io/not-ready");
}

const Node = z.object({
  spec: z.object({ taints: z.array(z.object({ key: z.string() })).default([]) }),
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
});

function kubeconfigText(url: string, pems: Record<keyof ControlPlaneFiles, string>): string {
  const base64 = (pem: string) => Buffer.from(pem).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: CONTEXT, cluster: { server: url, "certificate-authority-data": base64(pems.caCert) } },
    ],
    users: [
      {
        name: "admin",
        user: {
          "client-certificate-data": base64(pems.adminCert),
          "client-key-data": base64(pems.adminKey),
        },
      },
    ],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: "admin" } }],
    "current-context": CONTEXT,
  });
}
