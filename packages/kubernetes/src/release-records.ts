import { z } from "zod";
import { KubernetesError } from "./kubernetes-error.ts";
import { decodeRelease, encodeRelease } from "./release-payload.ts";
import { checkedName, resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";
import { metadataOf } from "./watch-stream.ts";

/** What Helm has stored of one revision of a release. */
export interface ReleaseRecord {
  readonly secretName: string;
  readonly revision: number;
  /** Helm's word: `deployed`, `failed`, `pending-install`, `pending-upgrade`, `superseded`, … */
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

const RecordList = z.object({
  // The server writes an empty list as null.
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
      }),
    )
    .nullable(),
});

const secretPath = (namespace: string, name?: string) =>
  resourcePath({ api: "api/v1", namespace, collection: "secrets", ...(name === undefined ? {} : { name }) });

/** The revisions of a release, newest first: names and labels only, never the payload with its values. */
export async function listReleaseRecords(
  transport: Transport,
  { namespace, release }: { readonly namespace: string; readonly release: string },
  signal?: AbortSignal,
): Promise<ReleaseRecord[]> {
  const selector = encodeURIComponent(`owner=helm,name=${checkedName(release)}`);
  const list = await transport.json(RecordList, {
    path: `${secretPath(namespace)}?labelSelector=${selector}`,
    accept: metadataOf("PartialObjectMetadataList"),
    signal,
  });
  return (list.items ?? [])
    .map(({ metadata }) => ({
      secretName: metadata.name,
      revision: Number(metadata.labels["version"] ?? 0),
      status: metadata.labels["status"] ?? "unknown",
      labels: metadata.labels,
    }))
    .sort((a, b) => b.revision - a.revision);
}

const RecordSecret = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.object({ release: z.string() }),
});
/** The release document, as far as it is changed here; the rest passes through untouched. */
const Release = z.looseObject({
  info: z.looseObject({ status: z.string(), description: z.string().optional() }),
});

/**
 * Marks a revision that its Helm run left `pending-…` as failed, so that the next run goes on instead of saying that
 * another operation is in progress. A record in any other state is left as it is; one that somebody
 * changed meanwhile is refused (409).
 */
export async function markReleaseFailed(
  transport: Transport,
  record: { readonly namespace: string; readonly secretName: string; readonly description: string },
  signal?: AbortSignal,
): Promise<void> {
  const path = secretPath(record.namespace, record.secretName);
  const secret = await transport.json(RecordSecret, { path, signal });
  const release = Release.safeParse(decodeRelease(secret.data.release)).data;
  if (release === undefined) throw new KubernetesError("Helm's record of the release cannot be read.", 500);
  if (!/^(pending-.*|uninstalling)$/.test(release.info.status)) return;
  release.info.status = "failed";
  release.info.description = record.description;
  await transport.send({
    method: "PATCH",
    path,
    contentType: "application/merge-patch+json",
    signal,
    body: {
      metadata: { resourceVersion: secret.metadata.resourceVersion, labels: { status: "failed" } },
      data: { release: encodeRelease(release) },
    },
  });
}
