import { z } from "zod";
import { readRelease } from "./release-payload.ts";
import type { Transport } from "./transport.ts";

const Release = z.object({
  manifest: z.string(),
  hooks: z.array(z.object({ manifest: z.string() })).nullish(),
});

/** The manifest of a revision of a release, as Helm has applied it. */
export async function releaseManifest(
  transport: Transport,
  record: { readonly namespace: string; readonly secretName: string },
  signal?: AbortSignal,
): Promise<string> {
  return Release.parse(await readRelease(transport, record, signal)).manifest;
}

/** All that a revision of a release has applied, its hooks too. */
export async function releaseObjects(
  transport: Transport,
  record: { readonly namespace: string; readonly secretName: string },
  signal?: AbortSignal,
): Promise<string> {
  const { manifest, hooks } = Release.parse(await readRelease(transport, record, signal));
  return [manifest, ...(hooks ?? []).map((hook) => hook.manifest)].join("\n---\n");
}
