import { parse } from "yaml";
import { z } from "zod";
import { readRelease } from "./release-payload.ts";
import type { Transport } from "./transport.ts";
import { type RolloutKind, rolloutKinds } from "./workloads.ts";

/** A workload as the manifest of a release states it. */
export interface StatedWorkload {
  readonly kind: RolloutKind;
  readonly name: string;
  readonly object: unknown;
}

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

const Stated = z.looseObject({ kind: z.enum(rolloutKinds), metadata: z.object({ name: z.string() }) });

/** The Deployments and StatefulSets that a revision of a release made, as it states them. */
export async function statedWorkloads(
  transport: Transport,
  record: { readonly namespace: string; readonly secretName: string },
  signal?: AbortSignal,
): Promise<StatedWorkload[]> {
  const manifest = await releaseManifest(transport, record, signal);
  return manifest.split(/^---\s*$/m).flatMap((text) => {
    // A chart may make thousands of other objects: only what is wanted is parsed.
    if (!/^kind:\s*["']?(Deployment|StatefulSet)\b/m.test(text)) return [];
    const { data } = Stated.safeParse(parse(text));
    return data === undefined ? [] : [{ kind: data.kind, name: data.metadata.name, object: data }];
  });
}
