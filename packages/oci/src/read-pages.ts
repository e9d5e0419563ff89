import type { z } from "zod";
import { readBody } from "./read-body.ts";
import { RegistryError } from "./registry-error.ts";
import type { Exchange, RegistryRequest } from "./registry-transport.ts";

const PAGE_BYTES_MAX = 8 * 1024 * 1024;
const PAGES_MAX = 10_000;

interface Listing {
  readonly exchange: Exchange;
  readonly domain: string;
  readonly request: RegistryRequest;
  /** Reads a page's body into its items. */
  readonly page: z.ZodType<readonly string[]>;
  /** Pages that were read before, and are not sent again while they have not changed. */
  readonly remembered: Map<string, RememberedPage>;
}

export interface RememberedPage {
  readonly etag: string;
  readonly items: readonly string[];
  readonly next: string | undefined;
}

const REMEMBERED_MAX = 10_000;

/**
 * All items of a list, page by page as its `Link` headers lead (RFC 8288; OCI distribution 1.1). A page that leads
 * back to one already read, or more than 10,000 pages, end it with an error instead of an endless loop.
 */
export async function* readPages(listing: Listing): AsyncGenerator<string> {
  const { request, domain } = listing;
  const seen = new Set<string>();
  let path: string | undefined = request.path;
  while (path !== undefined) {
    if (seen.has(path) || seen.size >= PAGES_MAX) {
      throw new RegistryError(
        "invalid",
        `The registry ${domain} gives the list of ${request.what} without an end.`,
      );
    }
    seen.add(path);
    const { items, next }: Omit<RememberedPage, "etag"> = await readPage(listing, path);
    yield* items;
    path = next;
  }
}

/** One page, from memory when the registry says by its entity tag that it has not changed (RFC 9110, 13.1.2). */
async function readPage(
  { exchange, domain, request, page, remembered }: Listing,
  path: string,
): Promise<Omit<RememberedPage, "etag">> {
  const known = remembered.get(path);
  const condition = known === undefined ? {} : { "if-none-match": known.etag };
  const asked = { ...request, path, headers: { ...request.headers, ...condition } };
  const answer = await exchange(asked, async (response) => {
    if (known !== undefined && response.status === 304) return known;
    return {
      body: await readBody(response, PAGE_BYTES_MAX, `The list of ${request.what} of registry ${domain}`),
      next: nextLink(response.headers.get("link"), response.url === "" ? path : response.url),
      etag: response.headers.get("etag"),
    };
  });
  if ("items" in answer) return answer;
  const { body, next, etag } = answer;
  const items = parsePage(body, page, domain);
  remembered.delete(path);
  if (etag !== null && remembered.size < REMEMBERED_MAX) remembered.set(path, { etag, items, next });
  return { items, next };
}

function parsePage(body: Uint8Array, page: Listing["page"], domain: string): readonly string[] {
  try {
    return page.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    const message = `The address ${domain} does not answer like an OCI registry; check it.`;
    throw new RegistryError("invalid", message, { cause });
  }
}

/** The address of the next page, made absolute. One outside the registry is refused where it is asked for. */
function nextLink(header: string | null, base: string): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next\b/i.exec(header ?? "")?.[1];
  if (target === undefined) return undefined;
  return URL.parse(target, base)?.href ?? target;
}
