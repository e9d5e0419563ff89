import type { DeploymentEvent, DeploymentPod, KnownScopes } from "@platz/domain";
import { z } from "zod";
import { kindScopes } from "./kind-scopes.ts";
import type { ClusterConnection } from "./kubeconfig.ts";
import {
  createNamespace,
  deleteNamespace,
  getNamespace,
  type Namespace,
  type NamespacePodSecurity,
  type NewNamespace,
  setPodSecurity,
  waitNamespaceGone,
} from "./namespaces.ts";
import { type PodLogTail, readPodLogTail } from "./pod-log-tail.ts";
import { listEvents, listPods } from "./pods.ts";
import type { WatchTiming } from "./reflector.ts";
import { releaseManifest, releaseObjects } from "./release-manifest.ts";
import { listReleaseRecords, markReleaseFailed, type ReleaseRecord } from "./release-records.ts";
import { type AppliedSecret, applySecret, deleteSecret, listManagedSecrets } from "./secrets.ts";
import { createTransport } from "./transport.ts";
import { type ClusterHandlers, watchCluster } from "./watch-cluster.ts";
import {
  deletePod,
  followRollout,
  getWorkload,
  type PodRef,
  type RolloutProgress,
  restartWorkload,
  type Workload,
} from "./workloads.ts";

type Signal = AbortSignal | undefined;

/** What Platz does with a cluster. Every failure is a `KubernetesError`, except an abort by the caller's own signal. */
export interface ClusterClient {
  readonly connection: ClusterConnection;
  /** The server's version; the cheapest question that proves address, certificate and credential. */
  version(signal?: Signal): Promise<string>;
  /** One request that proves the same, for a client that has proven it before. */
  prove(signal?: Signal): Promise<void>;
  getNamespace(name: string, signal?: Signal): Promise<Namespace | null>;
  createNamespace(namespace: NewNamespace, signal?: Signal): Promise<boolean>;
  /** Says anew which pods a namespace refuses, and of which it only warns. */
  setPodSecurity(namespace: NamespacePodSecurity & { readonly name: string }, signal?: Signal): Promise<void>;
  deleteNamespace(name: string, signal?: Signal): Promise<void>;
  waitNamespaceGone(name: string, signal: AbortSignal): Promise<void>;
  applySecret(secret: AppliedSecret, signal?: Signal): Promise<void>;
  listManagedSecrets(namespace: string, signal?: Signal): Promise<string[]>;
  deleteSecret(secret: { namespace: string; name: string }, signal?: Signal): Promise<void>;
  restartWorkload(workload: Workload & { restartedAt: string }, signal?: Signal): Promise<void>;
  followRollout(
    workload: Workload,
    options: { signal: AbortSignal; onProgress?(message: string): void },
  ): Promise<RolloutProgress>;
  deletePod(pod: PodRef, signal?: Signal): Promise<void>;
  /** The pods of a namespace, the newest first. */
  listPods(namespace: string, signal?: Signal): Promise<{ pods: DeploymentPod[]; isComplete: boolean }>;
  /** The last lines of a container's log, and of these the last bytes. */
  readPodLogTail(tail: PodLogTail, signal: AbortSignal): Promise<{ text: string; isComplete: boolean }>;
  /** What Kubernetes noted about the objects of a namespace, the latest first. */
  listEvents(namespace: string, signal?: Signal): Promise<{ events: DeploymentEvent[]; isComplete: boolean }>;
  /** Whether kinds of these API versions belong to namespaces, of those that Kubernetes itself does not have. */
  kindScopes(apiVersions: readonly string[], signal?: Signal): Promise<KnownScopes>;
  listReleaseRecords(
    release: { namespace: string; release: string },
    signal?: Signal,
  ): Promise<ReleaseRecord[]>;
  /** The manifest of a revision. It may hold secrets. */
  releaseManifest(record: { namespace: string; secretName: string }, signal?: Signal): Promise<string>;
  /** The same with the hooks of the release. */
  releaseObjects(record: { namespace: string; secretName: string }, signal?: Signal): Promise<string>;
  /** A workload as it is now; `null` when there is none. */
  getWorkload(workload: Workload, signal?: Signal): Promise<unknown>;
  markReleaseFailed(
    record: { namespace: string; secretName: string; description: string },
    signal?: Signal,
  ): Promise<void>;
  /** Runs until the signal ends it; breaks are mended by itself and told to `onError`. */
  watch(handlers: ClusterHandlers, signal: AbortSignal, timing?: WatchTiming): Promise<void>;
}

const Version = z.object({ gitVersion: z.string() });
const NamespaceList = z.object({ kind: z.string() });

/** A client for one cluster. Connects when asked for something. */
export function openCluster(connection: ClusterConnection): ClusterClient {
  const transport = createTransport(connection);
  const prove = async (signal: Signal): Promise<void> => {
    await transport.json(NamespaceList, { path: "/api/v1/namespaces?limit=1", signal, timeoutMs: 10_000 });
  };
  return {
    connection,
    prove,
    version: async (signal) => {
      const { gitVersion } = await transport.json(Version, { path: "/version", signal, timeoutMs: 10_000 });
      // Anybody may ask for the version; whether the credential is good shows only with something that needs one.
      await prove(signal);
      return gitVersion;
    },
    getNamespace: (name, signal) => getNamespace(transport, name, signal),
    createNamespace: (namespace, signal) => createNamespace(transport, namespace, signal),
    setPodSecurity: (namespace, signal) => setPodSecurity(transport, namespace, signal),
    deleteNamespace: (name, signal) => deleteNamespace(transport, name, signal),
    waitNamespaceGone: (name, signal) => waitNamespaceGone(transport, name, signal),
    applySecret: (secret, signal) => applySecret(transport, secret, signal),
    listManagedSecrets: (namespace, signal) => listManagedSecrets(transport, namespace, signal),
    deleteSecret: (secret, signal) => deleteSecret(transport, secret, signal),
    restartWorkload: (workload, signal) => restartWorkload(transport, workload, signal),
    followRollout: (workload, options) => followRollout(transport, workload, options),
    deletePod: (pod, signal) => deletePod(transport, pod, signal),
    listPods: (namespace, signal) => listPods(transport, namespace, signal),
    readPodLogTail: (tail, signal) => readPodLogTail(transport, tail, signal),
    listEvents: (namespace, signal) => listEvents(transport, namespace, signal),
    kindScopes: (apiVersions, signal) => kindScopes(transport, apiVersions, signal),
    listReleaseRecords: (release, signal) => listReleaseRecords(transport, release, signal),
    releaseManifest: (record, signal) => releaseManifest(transport, record, signal),
    releaseObjects: (record, signal) => releaseObjects(transport, record, signal),
    getWorkload: (workload, signal) => getWorkload(transport, workload, signal),
    markReleaseFailed: (record, signal) => markReleaseFailed(transport, record, signal),
    watch: (handlers, signal, timing) =>
      watchCluster(transport, handlers, { signal, ...(timing === undefined ? {} : { timing }) }),
  };
}
