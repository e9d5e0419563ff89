import { RegistryError } from "./registry-error.ts";

/** Reads a body to its end, or stops the transfer and throws `invalid` as soon as it is longer than `bytesMax`. */
export async function readBody(
  response: Response,
  bytesMax: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new RegistryError("invalid", `${what} is larger than the limit of ${bytesMax} bytes and was not read.`);
  if (Number(response.headers.get("content-length") ?? 0) > bytesMax) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by an error cancels the stream, and with it the transfer.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}
