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
