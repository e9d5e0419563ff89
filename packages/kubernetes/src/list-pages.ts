import { z } from "zod";
import { handOver } from "./hand-over.ts";
import type { Position, ReflectorOptions } from "./reflector.ts";
import { metadataOf } from "./watch-stream.ts";

const PAGE_MAX = 500;

const Page = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  // The server writes an empty list as null.
  items: z.array(z.unknown()).nullable(),
});

/** Hands over everything that there is, page by page, for servers that do not list by stream. */
export async function listPages<Item extends { readonly uid: string }>(
  options: ReflectorOptions<Item>,
  position: Position,
): Promise<void> {
  const seen = new Set<string>();
  position.initial = seen;
  const accept = options.metadataOnly ? metadataOf("PartialObjectMetadataList") : undefined;
  let next: string | undefined;
  do {
    const query = new URLSearchParams({
      limit: String(PAGE_MAX),
      ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
      ...(next === undefined ? {} : { continue: next }),
    });
    const page = await options.transport.json(Page, {
      path: `${options.path}?${query}`,
      signal: options.signal,
      accept,
    });
    for (const object of page.items ?? []) handOver(options, position, { isDeleted: false, object });
    next = page.metadata.continue || undefined;
    if (next === undefined) {
      options.handlers.onSynced(seen);
      position.resourceVersion = page.metadata.resourceVersion;
    }
  } while (next !== undefined);
  position.initial = undefined;
}
