import { createHash } from "node:crypto";
import { createWriteStream, existsSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

export interface DownloadOptions {
  readonly sha256: string;
  /** How long to wait for the first byte of an answer, in ms: on a closed network this is all the time it costs. */
  readonly connectTimeoutMs: number;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Brings a file to `path`, going on where an interrupted download stopped. A file whose checksum is not the expected
 * one is removed and refused: it never gets the name of a good one.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<void> {
  const have = existsSync(path) ? statSync(path).size : 0;
  const response = await open(url, have, options);
  const resumed = response.status === 206;
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  await pipeline(response.body, createWriteStream(path, { flags: resumed ? "a" : "w" }));
  const found = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (found === options.sha256) return;
  await rm(path, { force: true });
  throw new Error(`${url} has checksum ${found}, expected ${options.sha256}: refused`);
}

async function open(url: string, have: number, options: DownloadOptions): Promise<Response> {
  const connecting = new AbortController();
  const timer = setTimeout(
    () => connecting.abort(new Error(`no answer within ${options.connectTimeoutMs} ms`)),
    options.connectTimeoutMs,
  );
  try {
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    const ask = options.fetch ?? fetch;
    const response = await ask(url, { headers, signal: connecting.signal });
    // A file that is there whole answers "range not satisfiable": ask for it from the beginning.
    return response.status === 416 ? await ask(url, { signal: connecting.signal }) : response;
  } finally {
    clearTimeout(timer);
  }
}
