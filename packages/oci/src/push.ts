import { digestOf } from "./digest-of.ts";
import { checked, RepositoryName, Tag } from "./references.ts";
import { RegistryError } from "./registry-error.ts";
import type { Exchange } from "./registry-transport.ts";

/** A manifest as it is uploaded. */
export interface PushedManifest {
  readonly tag: string;
  readonly mediaType: string;
  readonly raw: Uint8Array<ArrayBuffer>;
}

const UPLOAD_TIMEOUT_MS = 300_000;

/** Uploads content in one piece unless it is there already (OCI distribution 1.1, "Pushing blobs"); gives its digest. */
export async function pushBlob(
  exchange: Exchange,
  repository: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const digest = await digestOf(content);
  const what = `upload to ${checked(RepositoryName, repository)}`;
  const scope = pushScope(repository);
  const known = { method: "HEAD", path: `/v2/${repository}/blobs/${digest}`, scope, what } as const;
  try {
    await exchange(known, drain);
    return digest;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.kind !== "not-found") throw error;
  }
  const path = `/v2/${repository}/blobs/uploads/`;
  const location = await exchange({ method: "POST", path, scope, what }, async (response) => {
    await drain(response);
    return response.headers.get("location") ?? "";
  });
  const upload = new URL(location, new URL(path, "http://relative.invalid"));
  upload.searchParams.set("digest", digest);
  const target = URL.canParse(location) ? upload.href : upload.pathname + upload.search;
  const headers = { "content-type": "application/octet-stream" };
  await exchange(
    { method: "PUT", path: target, scope, what, headers, body: content, timeoutMs: UPLOAD_TIMEOUT_MS },
    drain,
  );
  return digest;
}

/** Uploads a manifest under a tag; gives its digest. */
export async function pushManifest(exchange: Exchange, repository: string, manifest: PushedManifest) {
  const { mediaType, raw } = manifest;
  const tag = checked(Tag, manifest.tag);
  const what = `upload of ${checked(RepositoryName, repository)}:${tag}`;
  const headers = { "content-type": mediaType };
  const path = `/v2/${repository}/manifests/${tag}`;
  await exchange({ method: "PUT", path, scope: pushScope(repository), what, headers, body: raw }, drain);
  return digestOf(raw);
}

async function drain(response: Response): Promise<void> {
  await response.body?.cancel();
}

function pushScope(repository: string): string {
  return `repository:${repository}:pull,push`;
}
