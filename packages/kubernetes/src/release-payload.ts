import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

const Payload = z.object({ data: z.object({ release: z.string() }) });
const EXPANDED_BYTES_MAX = 64 * 1024 * 1024;

/** The document that Helm has stored of a revision. It holds values and manifest: nothing of it goes into a log. */
export async function readRelease(
  transport: Transport,
  { namespace, secretName }: { readonly namespace: string; readonly secretName: string },
  signal?: AbortSignal,
): Promise<unknown> {
  const path = resourcePath({ api: "api/v1", namespace, collection: "secrets", name: secretName });
  return decodeRelease((await transport.json(Payload, { path, signal })).data.release);
}

// Helm's storage: JSON, gzip, base64; and the Secret's own base64 around that.

export function decodeRelease(data: string): unknown {
  const inner = Buffer.from(Buffer.from(data, "base64").toString("latin1"), "base64");
  return JSON.parse(gunzipSync(inner, { maxOutputLength: EXPANDED_BYTES_MAX }).toString("utf8"));
}

export function encodeRelease(release: unknown): string {
  const inner = gzipSync(JSON.stringify(release)).toString("base64");
  return Buffer.from(inner, "latin1").toString("base64");
}
