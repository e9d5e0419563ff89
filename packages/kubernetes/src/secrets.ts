import { z } from "zod";
import { isNotFound } from "./kubernetes-error.ts";
import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

/** Owner of the fields that we apply, and the label of what we made. */
const FIELD_MANAGER = "platz";
const MANAGED_BY = { "app.kubernetes.io/managed-by": "platz" };

const pathOf = (namespace: string, name?: string) =>
  resourcePath({ api: "api/v1", namespace, collection: "secrets", ...(name === undefined ? {} : { name }) });

export interface AppliedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Makes a Secret hold exactly these values, by server-side apply: keys that we set before and that are no longer named
 * go, fields of others stay.
 */
export async function applySecret(
  transport: Transport,
  { namespace, name, data }: AppliedSecret,
  signal?: AbortSignal,
): Promise<void> {
  const base64 = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  await transport.send({
    method: "PATCH",
    path: `${pathOf(namespace, name)}?fieldManager=${FIELD_MANAGER}&force=true`,
    contentType: "application/apply-patch+yaml",
    signal,
    body: {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: { name, namespace, labels: MANAGED_BY },
      // `data`, not `stringData`: what apply owns there, it also removes.
      data: Object.fromEntries(base64),
    },
  });
}

const NameList = z.object({
  // The server writes an empty list as null.
  items: z.array(z.object({ metadata: z.object({ name: z.string() }) })).nullable(),
});

/** Names of the Secrets that we made in a namespace. */
export async function listManagedSecrets(
  transport: Transport,
  namespace: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const selector = encodeURIComponent("app.kubernetes.io/managed-by=platz");
  const list = await transport.json(NameList, {
    path: `${pathOf(namespace)}?labelSelector=${selector}`,
    accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    signal,
  });
  return (list.items ?? []).map(({ metadata }) => metadata.name);
}

/** Deletes a Secret; one that is not there is as good as deleted. */
export async function deleteSecret(
  transport: Transport,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal?: AbortSignal,
): Promise<void> {
  try {
    await transport.send({ method: "DELETE", path: pathOf(namespace, name), signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
