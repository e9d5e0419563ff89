import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

export interface DownloadOptions {
  readonly sha256: string;
  /** How long to wait for the beginning of an answer, in ms: on a closed network this is all the time it costs. */
  readonly connectTimeoutMs: number;
  /** How long to wait for the next piece, in ms. */
  readonly idleTimeoutMs: number;
}

/**
 * Brings a file to `path`, going on where an interrupted download stopped. A file whose checksum is not the expected
 * one is removed and refused: it never gets the name of a good one.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<void> {
  const have = existsSync(path) ? statSync(path).size : 0;
  using patience = new Patience(options.connectTimeoutMs);
  const response = await open(url, have, patience.signal);
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  const pieces = patientPieces(response.body, patience, options.idleTimeoutMs);
  await pipeline(pieces, createWriteStream(path, { flags: response.status === 206 ? "a" : "w" }));
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const found = hash.digest("hex");
  if (found === options.sha256) return;
  await rm(path, { force: true });
  throw new Error(`${url} has checksum ${found}, expected ${options.sha256}: refused`);
}

async function open(url: string, have: number, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await fetch(url, { headers, signal });
  // A file that is there whole answers "range not satisfiable": ask for it from the beginning.
  return response.status === 416 ? await fetch(url, { signal }) : response;
}

async function* patientPieces(body: ReadableStream<Uint8Array>, patience: Patience, idleTimeoutMs: number) {
  for await (const piece of body) {
    patience.renew(idleTimeoutMs);
    yield piece;
  }
}

/** Aborts when it has not been renewed in time. */
class Patience implements Disposable {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number) {
    this.#timer = this.#start(timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  renew(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(timeoutMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #start(timeoutMs: number) {
    return setTimeout(() => this.#controller.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  }
}
