import { z } from "zod";
import type { CredentialsSource, Fetch } from "./authorize.ts";
import { hasDigest } from "./digest-of.ts";
import { getManifest, resolveDigest } from "./get-manifest.ts";
import { keepQuiet } from "./keep-quiet.ts";
import type { Manifest } from "./manifest.ts";
import { parseRegistryAddress } from "./parse-registry-address.ts";
import { pullRequest } from "./pull-request.ts";
import { type PushedManifest, pushBlob, pushManifest } from "./push.ts";
import { readBody } from "./read-body.ts";
import { type RememberedPage, readPages } from "./read-pages.ts";
import { checked, Digest, RepositoryName, Tag } from "./references.ts";
import { createTransport } from "./registry-transport.ts";
import { wrongDigest } from "./wrong-digest.ts";

export interface RegistryOptions {
  /** `host[:port]`, or an address with a scheme, which then decides about TLS. */
  readonly domain: string;
  readonly plainHttp?: boolean;
  readonly credentials?: CredentialsSource | undefined;
  readonly fetch?: Fetch;
  /** Ends whatever the client is doing; its reason is what is thrown then. */
  readonly signal?: AbortSignal;
  /** For each exchange except a blob's. Default 30 s. */
  readonly timeoutMs?: number;
}

export interface BlobOptions {
  readonly maxBytes: number;
  /** Default 5 min. */
  readonly timeoutMs?: number;
}

/** An OCI registry (distribution specification 1.1). Failures are `RegistryError`s; nothing is retried here. */
export interface Registry {
  /** The host, with its port unless it is the default one: what charts are recorded under. */
  readonly domain: string;
  /** The names of all repositories, over all pages, which are sent again only when they have changed. A name outside the grammar is left out: it could not be asked for. */
  repositories(): AsyncIterable<string>;
  /** All tags of a repository, over all pages. Ones outside the grammar are left out. */
  tags(repository: string): AsyncIterable<string>;
  /** The digest that a tag names now, without fetching the manifest: enough to see that nothing has changed. */
  resolve(repository: string, reference: string): Promise<string>;
  /** A manifest by tag or digest, at most 4 MiB, verified against the registry's digest header and the one asked for. */
  manifest(repository: string, reference: string): Promise<Manifest>;
  /** Content by digest, verified; the transfer stops as soon as it exceeds `maxBytes`. */
  blob(repository: string, digest: string, options: BlobOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Uploads content unless it is there, and gives its digest. */
  pushBlob(repository: string, content: Uint8Array<ArrayBuffer>): Promise<string>;
  /** Uploads a manifest under a tag, and gives its digest. */
  pushManifest(repository: string, manifest: PushedManifest): Promise<string>;
}

const Catalog = z.object({ repositories: z.array(z.string()).nullish() });
const TagList = z.object({ tags: z.array(z.string()).nullish() });

/**
 * A client for one registry, which is left alone for as long as it asks to be. Throws `Invalid` for an address that is none; connects when asked for
 * something.
 */
export function openRegistry(options: RegistryOptions): Registry {
  const address = parseRegistryAddress(options.domain, options.plainHttp);
  const { domain } = address;
  const transport = createTransport({
    address,
    credentials: options.credentials,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? 30_000,
  });
  const exchange = keepQuiet(transport, domain);
  const remembered = new Map<string, RememberedPage>();
  return {
    domain,
    async *repositories() {
      const page = Catalog.transform(({ repositories }) => repositories ?? []);
      const what = "list of repositories";
      const request = { method: "GET", path: "/v2/_catalog", scope: "registry:catalog:*", what } as const;
      for await (const name of readPages({ exchange, domain, request, page, remembered })) {
        if (RepositoryName.safeParse(name).success) yield name;
      }
    },
    async *tags(repository) {
      const page = TagList.transform(({ tags }) => tags ?? []);
      const request = pullRequest(repository, "tags/list", `tags of ${repository}`);
      for await (const tag of readPages({ exchange, domain, request, page, remembered })) {
        if (Tag.safeParse(tag).success) yield tag;
      }
    },
    resolve: (repository, reference) => resolveDigest(exchange, { domain, repository, reference }),
    manifest: (repository, reference) => getManifest(exchange, { domain, repository, reference }),
    async blob(repository, digest, { maxBytes, timeoutMs = 300_000 }) {
      const what = `content ${checked(Digest, digest)} of ${repository}`;
      const request = { ...pullRequest(repository, `blobs/${digest}`, what), timeoutMs };
      const bytes = await exchange(request, (response) =>
        readBody(response, maxBytes, `The ${what} on registry ${domain}`),
      );
      if (!(await hasDigest(bytes, digest))) throw wrongDigest(domain, what);
      return bytes;
    },
    pushBlob: (repository, content) => pushBlob(exchange, repository, content),
    pushManifest: (repository, manifest) => pushManifest(exchange, repository, manifest),
  };
}
