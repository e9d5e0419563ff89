import { extract, type Header } from "tar-stream";
import { type ArchiveLimits, defaultArchiveLimits } from "./archive-limits.ts";
import { ChartArchiveError } from "./chart-archive-error.ts";
import { entryPath } from "./entry-path.ts";
import { expandGzip } from "./expand-gzip.ts";

/** One entry as tar-stream gives it: its header, then its content. */
type Entry = AsyncIterable<unknown> & { readonly header: Header };

/** A chart's files in memory. `name` is its folder's; paths are relative to that folder, with forward slashes. */
export interface ChartArchive {
  readonly name: string;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Reads a packaged chart (.tgz) in memory; nothing touches a disk. Throws `ChartArchiveError` for whatever is over a
 * limit, is no regular file or folder (links and devices too), has an unsafe or repeated path, or is no chart.
 */
export async function readChartArchive(
  archive: Uint8Array<ArrayBuffer>,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<ChartArchive> {
  if (archive.length === 0) {
    throw new ChartArchiveError(
      "The chart is empty (0 bytes); package it again with `helm package` and push it.",
    );
  }
  if (archive.length > limits.archiveBytesMax) {
    throw new ChartArchiveError(
      `The chart has ${archive.length} bytes, more than the limit of ${limits.archiveBytesMax}.`,
    );
  }
  const collected = new Collector(limits);
  await eachEntry(expandGzip(archive, limits), (entry) => collected.add(entry));
  return collected.chart();
}

/** Runs over a tar's entries one at a time; an error of the bytes, the format or `visit` ends it and is thrown. */
async function eachEntry(
  bytes: AsyncIterable<Uint8Array>,
  visit: (entry: Entry) => Promise<void>,
): Promise<void> {
  const tar = extract();
  const entries = (async () => {
    for await (const entry of tar) await visit(entry);
  })();
  const feeding = feed(tar, bytes);
  // Whichever fails first says why; the other one then only reports that the stream was closed.
  try {
    await Promise.race([entries, feeding.then(() => entries)]);
  } catch (cause) {
    tar.destroy(null);
    await Promise.allSettled([entries, feeding]);
    if (cause instanceof ChartArchiveError) throw cause;
    throw new ChartArchiveError(
      "The chart is not a complete tar archive; package it again with `helm package`.",
      {
        cause,
      },
    );
  }
}

async function feed(tar: ReturnType<typeof extract>, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = new Promise<void>((resolve) => tar.once("close", resolve));
  for await (const piece of bytes) {
    if (tar.destroyed) return;
    const drained = new Promise<void>((resolve) => tar.once("drain", resolve));
    if (!tar.write(piece)) await Promise.race([drained, closed]);
  }
  tar.end(undefined);
}

class Collector {
  readonly #limits: ArchiveLimits;
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  #entries = 0;
  #name: string | undefined;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  async add(entry: Entry): Promise<void> {
    const { name, type, size } = entry.header;
    this.#entries += 1;
    if (this.#entries > this.#limits.entriesMax) {
      throw new ChartArchiveError(
        `The chart has more than ${this.#limits.entriesMax} entries, which is over the limit.`,
      );
    }
    const [top, ...rest] = entryPath(name);
    const path = rest.join("/");
    if (type !== "file" && type !== "directory") throw notRegular(name, type);
    if (size > this.#limits.fileBytesMax) {
      const limit = this.#limits.fileBytesMax;
      throw new ChartArchiveError(
        `The chart's file ${path} has ${size} bytes, more than the limit of ${limit}.`,
      );
    }
    this.#enter(top, type === "file" && path === "");
    const content = await readEntry(entry, size);
    if (type === "directory") return;
    if (this.#files.has(path)) throw new ChartArchiveError(`The chart has the file ${path} twice.`);
    this.#files.set(path, content);
  }

  #enter(top: string | undefined, isFileOutside: boolean): void {
    if (top === undefined) return;
    if (isFileOutside || (this.#name !== undefined && this.#name !== top)) {
      throw new ChartArchiveError(
        "The chart must be one folder with everything in it; package it with `helm package`.",
      );
    }
    this.#name = top;
  }

  chart(): ChartArchive {
    if (this.#name === undefined || !this.#files.has("Chart.yaml")) {
      throw new ChartArchiveError("The archive has no Chart.yaml in its folder, so it is not a Helm chart.");
    }
    return { name: this.#name, files: this.#files };
  }
}

async function readEntry(entry: Entry, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(size);
  let offset = 0;
  for await (const piece of entry) {
    // A byte stream, which its types do not say.
    if (!(piece instanceof Uint8Array)) continue;
    content.set(piece, offset);
    offset += piece.length;
  }
  return content;
}

function notRegular(name: string, type: Header["type"]): ChartArchiveError {
  const what = type === "symlink" || type === "link" ? "a link" : "neither a file nor a folder";
  return new ChartArchiveError(
    `The chart's entry ${JSON.stringify(name)} is ${what}, which is not allowed in a chart.`,
  );
}
