import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Refusal } from "../refusal.ts";

/** Far more than a form of a chart makes, and little to keep in memory. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** The body as JSON, `undefined` for an empty one. Reads no further than `maxBytes`. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Refusal("The body is not JSON.", { status: 400, cause });
  }
}

/** The body, which is refused when it is longer than `maxBytes`. */
export async function readBytes(
  { headers, body }: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = () => new Refusal(`The body is longer than ${maxBytes} bytes.`, { status: 413 });
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLong();
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body !== null) {
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > maxBytes) {
        // Not waited for: of a copy it ends only when the other copy is cancelled too.
        void reader.cancel();
        throw tooLong();
      }
      chunks.push(part.value);
    }
  }
  return concat(chunks, length);
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** What the schema makes of a value, or a refusal that says every place where it does not fit. */
export async function fitted<Output>(
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): Promise<Output> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ path = [], message }) => [...path.map(keyOf), message].join(" "));
  throw new Refusal(`This does not fit: ${issues.join("; ")}.`, { status: 422 });
}

const keyOf = (part: PropertyKey | { readonly key: PropertyKey }) =>
  String(typeof part === "object" ? part.key : part);
