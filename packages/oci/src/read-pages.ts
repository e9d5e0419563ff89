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
}

/**
 * All items of a list, page by page as its `Link` headers lead (RFC 8288; OCI distribution 1.1). A page that leads
 * back to one already read, or more than 10,000 pages, end it with an error instead of an endless loop.
 */
export async function* readPages({ exchange, domain, request, page }: Listing): AsyncGenerator<string> {
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
    const current: string = path;
    const answer = await exchange({ ...request, path: current }, async (response) => ({
      body: await readBody(response, PAGE_BYTES_MAX, `The list of ${request.what} of registry ${domain}`),
      next: nextLink(response.headers.get("link"), response.url === "" ? current : response.url),
    }));
    yield* parsePage(answer.body, page, domain);
    path = answer.next;
  }
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
