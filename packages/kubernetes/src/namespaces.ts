import { z } from "zod";
import { isConflict, isNotFound } from "./kubernetes-error.ts";
import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";
import { watchUntil } from "./watch-until.ts";

/** Label of every namespace that belongs to a deployment, and the annotation that says to which (workers spec 3.12). */
export const NAMESPACE_LABEL = "platz";
export const DEPLOYMENT_ANNOTATION = "platz_deployment_id";

const POD_SECURITY = "pod-security.kubernetes.io/";

/** Which pods a namespace refuses, and of which it only warns: levels of Kubernetes' Pod Security Standards. */
export interface NamespacePodSecurity {
  readonly enforce: string | null;
  readonly warn: string | null;
}

export interface Namespace {
  readonly name: string;
  readonly uid: string;
  readonly phase: "Active" | "Terminating";
  readonly podSecurity: NamespacePodSecurity;
  /** The deployment that the annotation names; `null` when there is none, or when it is no UUID. */
  readonly deploymentId: string | null;
}

export const RawNamespace = z
  .object({
    metadata: z.object({
      name: z.string(),
      uid: z.string(),
      annotations: z.record(z.string(), z.string()).optional(),
      labels: z.record(z.string(), z.string()).optional(),
    }),
    status: z.object({ phase: z.string().optional() }).optional(),
  })
  .transform(
    ({ metadata, status }): Namespace => ({
      name: metadata.name,
      uid: metadata.uid,
      phase: status?.phase === "Terminating" ? "Terminating" : "Active",
      podSecurity: {
        enforce: metadata.labels?.[`${POD_SECURITY}enforce`] ?? null,
        warn: metadata.labels?.[`${POD_SECURITY}warn`] ?? null,
      },
      deploymentId: z.uuid().safeParse(metadata.annotations?.[DEPLOYMENT_ANNOTATION]).data ?? null,
    }),
  );

const pathOf = (name: string) => resourcePath({ api: "api/v1", collection: "namespaces", name });

/** The namespace, or `null` when there is none. */
export async function getNamespace(
  transport: Transport,
  name: string,
  signal?: AbortSignal,
): Promise<Namespace | null> {
  try {
    return await transport.json(RawNamespace, { path: pathOf(name), signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

export interface NewNamespace {
  readonly name: string;
  readonly deploymentId: string;
  readonly podSecurity?: NamespacePodSecurity;
}

/** Makes the namespace of a deployment. `false` when a namespace of that name exists, whoever it belongs to. */
export async function createNamespace(
  transport: Transport,
  namespace: NewNamespace,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await transport.send({
      method: "POST",
      path: "/api/v1/namespaces",
      signal,
      body: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: namespace.name,
          labels: { [NAMESPACE_LABEL]: "yes", ...labelsOf(namespace.podSecurity) },
          annotations: { [DEPLOYMENT_ANNOTATION]: namespace.deploymentId },
        },
      },
    });
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

/** Labels that are not set are left out: Kubernetes knows no empty level. */
function labelsOf(levels: NamespacePodSecurity | undefined): Record<string, string> {
  const set = Object.entries(levels ?? {}).filter(([, level]) => level !== null);
  return Object.fromEntries(set.map(([mode, level]) => [POD_SECURITY + mode, level]));
}

/** Says anew which pods a namespace refuses, and that it is a deployment's. */
export async function setPodSecurity(
  transport: Transport,
  { name, enforce, warn }: NamespacePodSecurity & { readonly name: string },
  signal?: AbortSignal,
): Promise<void> {
  const labels = {
    [NAMESPACE_LABEL]: "yes",
    [`${POD_SECURITY}enforce`]: enforce,
    [`${POD_SECURITY}warn`]: warn,
  };
  await transport.send({
    method: "PATCH",
    path: pathOf(name),
    contentType: "application/merge-patch+json",
    body: { metadata: { labels } },
    signal,
  });
}

/** Asks for the namespace's deletion; one that is not there is as good as deleted. */
export async function deleteNamespace(
  transport: Transport,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await transport.send({ method: "DELETE", path: pathOf(name), signal });
  } catch (error) {
    // 409: it is being deleted already.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

/**
 * Waits until the namespace is really gone; the signal ends the wait. A namespace of the same name that somebody made
 * meanwhile is another one.
 */
export async function waitNamespaceGone(
  transport: Transport,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  let waitedFor: string | undefined;
  await watchUntil({
    transport,
    path: "/api/v1/namespaces",
    name,
    signal,
    look: async () => {
      const found = await getNamespace(transport, name, signal);
      waitedFor ??= found?.uid;
      return found?.uid !== waitedFor || found === null;
    },
  });
}
