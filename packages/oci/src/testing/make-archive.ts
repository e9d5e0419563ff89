import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";

export type ArchiveEntry = Pick<Header, "name"> &
  Partial<Header> & { readonly content?: string | Uint8Array };

/** A .tgz of exactly these entries, however unfit for a chart. */
export async function makeArchive(entries: readonly ArchiveEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  const tar = pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) tar.entry(header);
    else tar.entry(header, content);
  }
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar) if (piece instanceof Uint8Array) pieces.push(piece);
  return new Uint8Array(gzipSync(Buffer.concat(pieces)));
}

/**
 * A file that some programs (Go's, and so Helm) read by another name than others: an extended header says that it is
 * sparse, and how it is called really.
 */
export function hiddenFile(name: string, really: string, text: string): ArchiveEntry {
  const size = String(Buffer.byteLength(text));
  const pax = {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": really,
    "GNU.sparse.realsize": size,
  };
  // The map of what is not empty, in a block of its own, then the content.
  const map = `1\n0\n${size}\n`.padEnd(512, "\0");
  return { name, pax: { ...pax, path: name }, content: map + text };
}
