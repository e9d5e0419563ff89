/** What a request may hold at most: 2 MiB (API spec 5.1). */
export const BODY_BYTES_MAX = 2 * 1024 * 1024;

/**
 * The body of a request, `null` when it has none, or `undefined` when it is too large; the rest is then not read.
 * A length that the sender declares is believed only when it is too large.
 */
export async function limitBody(request: Request): Promise<Uint8Array<ArrayBuffer> | null | undefined> {
  if (request.body === null) return null;
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
