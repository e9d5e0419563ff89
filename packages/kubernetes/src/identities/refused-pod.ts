import type { ClusterConnection } from "../kubeconfig.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { resourcePath } from "../resource-path.ts";
import { createTransport } from "../transport.ts";

interface Trial {
  readonly namespace: string;
  readonly pod: { readonly annotations: object; readonly spec: Readonly<Record<string, unknown>> };
}

/**
 * Why a namespace refuses a pod by its level of Pod Security, found out by making it without keeping it; nothing when it
 * takes the pod, or refuses it for another reason.
 */
export async function refusedPod(
  connection: ClusterConnection,
  { namespace, pod }: Trial,
  signal?: AbortSignal,
): Promise<string | undefined> {
  // What a chart makes beside its pods is not there yet, and no level asks for it.
  const {
    serviceAccountName: _account,
    serviceAccount: _alias,
    priorityClassName: _class,
    ...spec
  } = pod.spec;
  try {
    await createTransport(connection).send({
      method: "POST",
      path: `${resourcePath({ api: "api/v1", namespace, collection: "pods" })}?dryRun=All`,
      body: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { generateName: "platz-trial-", namespace, annotations: pod.annotations },
        spec: { ...spec, automountServiceAccountToken: false },
      },
      signal,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return /violates (PodSecurity .*)$/s.exec(error.message)?.[1];
  }
}
