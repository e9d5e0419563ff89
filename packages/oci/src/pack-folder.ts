import { pack } from "tar-stream";

/** A .tgz of one folder with these files. The same files give the same bytes, in whatever order they come. */
export async function packFolder(
  name: string,
  files: Iterable<readonly [path: string, content: string | Uint8Array]>,
): Promise<Uint8Array<ArrayBuffer>> {
  const tar = pack();
  const collected = collect(tar);
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // Helm reads Chart.yaml first in what it packages itself, but needs no order.
    tar.entry({ name: `${name}/${path}`, mode: 0o644, mtime: new Date(0) }, content);
  }
  tar.finalize();
  const compressed = new Blob([await collected]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

async function collect(stream: AsyncIterable<unknown>): Promise<ArrayBuffer> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of stream) {
    if (piece instanceof Uint8Array) pieces.push(new Uint8Array(piece));
  }
  return new Blob(pieces).arrayBuffer();
}
