import type { z } from "zod";
import { digestOf, hasDigest } from "./digest-of.ts";
import { ACCEPTED_MANIFEST_TYPES, type Manifest, ManifestBody } from "./manifest.ts";
import { pullRequest } from "./pull-request.ts";
import { readBody } from "./read-body.ts";
import { checked, Digest, Tag } from "./references.ts";
import { RegistryError } from "./registry-error.ts";
import type { Exchange, RegistryRequest } from "./registry-transport.ts";
import { wrongDigest } from "./wrong-digest.ts";

const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

/** What is asked for: a tag or a digest in a repository of a registry. */
export interface ManifestReference {
  readonly domain: string;
  readonly repository: string;
  readonly reference: string;
}

/** A manifest, verified against the registry's digest header and, when it was asked for by digest, against that. */
export async function getManifest(exchange: Exchange, wanted: ManifestReference): Promise<Manifest> {
  const request = manifestRequest(wanted);
  const { raw, contentType, claimed } = await exchange(request, async (response) => ({
    raw: await readBody(response, MANIFEST_BYTES_MAX, `The ${request.what} on registry ${wanted.domain}`),
    contentType: response.headers.get("content-type"),
    claimed: response.headers.get("docker-content-digest"),
  }));
  for (const digest of [claimed, isDigest(wanted.reference) ? wanted.reference : null]) {
    if (digest !== null && !(await hasDigest(raw, digest))) throw wrongDigest(wanted.domain, request.what);
  }
  const body = parseManifest(raw, wanted.domain, request.what);
  return {
    digest: claimed ?? (await digestOf(raw)),
    mediaType: body.mediaType ?? contentType?.split(";")[0]?.trim() ?? "",
    configMediaType: body.config?.mediaType,
    layers: (body.layers ?? []).map(({ mediaType, digest, size, annotations }) => ({
      mediaType,
      digest,
      sizeBytes: size,
      annotations: annotations ?? {},
    })),
    annotations: body.annotations ?? {},
    raw,
  };
}

/** The digest that the registry has for a tag now, by HEAD; from the manifest itself where a registry does not say. */
export async function resolveDigest(exchange: Exchange, wanted: ManifestReference): Promise<string> {
  const claimed = await exchange({ ...manifestRequest(wanted), method: "HEAD" }, async (response) =>
    response.headers.get("docker-content-digest"),
  );
  if (claimed !== null && isDigest(claimed)) return claimed;
  return (await getManifest(exchange, wanted)).digest;
}

function manifestRequest({ repository, reference }: ManifestReference): RegistryRequest {
  const what = isDigest(reference)
    ? `manifest ${reference} of ${repository}`
    : `tag ${checked(Tag, reference)} of ${repository}`;
  const request = pullRequest(repository, `manifests/${reference}`, what);
  return { ...request, headers: { ...request.headers, accept: ACCEPTED_MANIFEST_TYPES.join(", ") } };
}

function isDigest(reference: string): boolean {
  return Digest.safeParse(reference).success;
}

function parseManifest(raw: Uint8Array, domain: string, what: string): z.output<typeof ManifestBody> {
  try {
    return ManifestBody.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw)));
  } catch (cause) {
    const message = `The ${what} on registry ${domain} is not an OCI manifest.`;
    throw new RegistryError("invalid", message, { cause });
  }
}
