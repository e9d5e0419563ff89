import { z } from "zod";
import type { Namespace } from "./namespaces.ts";
import { reflect, type WatchTiming } from "./reflector.ts";
import { summarizeNamespace, summarizeWorkload, type WorkloadKind, type WorkloadSummary } from "./summary.ts";
import type { Transport } from "./transport.ts";

export type WatchName = "Namespace" | "Release" | WorkloadKind;

export interface ClusterHandlers {
  onNamespace(namespace: Namespace): void;
  onNamespaceDeleted(namespace: Namespace): void;
  /** All namespaces of deployments are known. After each (re)list. */
  onNamespacesSynced(uids: ReadonlySet<string>): void;
  onWorkload(workload: WorkloadSummary): void;
  onWorkloadDeleted(workload: WorkloadSummary): void;
  /** All workloads of this kind are known. After each (re)list. */
  onWorkloadsSynced(kind: WorkloadKind, uids: ReadonlySet<string>): void;
  /** Helm has made, changed or removed a revision of a release in this namespace; also for each that is there. */
  onReleaseRecord?(record: { readonly uid: string; readonly namespace: string }): void;
  onProblem(message: string): void;
  /** The watch is open, for the first time or after a break. */
  onConnected?(watch: WatchName): void;
  /** One of the watches broke; it is begun again by itself. */
  onError(error: unknown, broken: { readonly watch: WatchName; readonly retryInMs: number }): void;
}

const RecordPlace = z
  .object({ metadata: z.object({ uid: z.uuid(), namespace: z.string().max(63) }) })
  .transform(({ metadata: { uid, namespace } }) => ({ uid, namespace }));

const collections: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "/apis/apps/v1/deployments",
  StatefulSet: "/apis/apps/v1/statefulsets",
  Job: "/apis/batch/v1/jobs",
  Pod: "/api/v1/pods",
};

/**
 * Follows the namespaces of deployments, and workloads in all namespaces, until the signal ends it. Workloads are
 * watched once all namespaces are known, so that whose they are is known too.
 */
export async function watchCluster(
  transport: Transport,
  handlers: ClusterHandlers,
  options: { readonly signal: AbortSignal; readonly timing?: WatchTiming },
): Promise<void> {
  const { signal, timing } = options;
  const known = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => known.resolve(), { once: true });
  const namespaces = reflect<Namespace>({
    transport,
    path: "/api/v1/namespaces",
    labelSelector: "platz=yes",
    summarize: summarizeNamespace,
    signal,
    timing,
    handlers: {
      onUpsert: (item) => handlers.onNamespace(item),
      onDelete: (item) => handlers.onNamespaceDeleted(item),
      onSynced: (uids) => {
        handlers.onNamespacesSynced(uids);
        known.resolve();
      },
      onProblem: (message) => handlers.onProblem(message),
      onConnected: () => handlers.onConnected?.("Namespace"),
      onError: (error, retryInMs) => handlers.onError(error, { watch: "Namespace", retryInMs }),
    },
  });
  await known.promise;
  const workloads = Object.entries(collections).map(([name, path]) => {
    const kind = name as WorkloadKind;
    return reflect<WorkloadSummary>({
      transport,
      path,
      summarize: (object) => summarizeWorkload(kind, object),
      signal,
      timing,
      handlers: {
        onUpsert: (item) => handlers.onWorkload(item),
        onDelete: (item) => handlers.onWorkloadDeleted(item),
        onSynced: (uids) => handlers.onWorkloadsSynced(kind, uids),
        onProblem: (message) => handlers.onProblem(message),
        onConnected: () => handlers.onConnected?.(kind),
        onError: (error, retryInMs) => handlers.onError(error, { watch: kind, retryInMs }),
      },
    });
  });
  const told = (record: z.output<typeof RecordPlace>) => handlers.onReleaseRecord?.(record);
  const releases = reflect<z.output<typeof RecordPlace>>({
    transport,
    path: "/api/v1/secrets",
    labelSelector: "owner=helm",
    metadataOnly: true,
    summarize: (object) => RecordPlace.parse(object),
    signal,
    timing,
    handlers: {
      onUpsert: told,
      onDelete: told,
      onSynced: () => {},
      onProblem: (message) => handlers.onProblem(message),
      onConnected: () => handlers.onConnected?.("Release"),
      onError: (error, retryInMs) => handlers.onError(error, { watch: "Release", retryInMs }),
    },
  });
  await Promise.all([namespaces, releases, ...workloads]);
}
