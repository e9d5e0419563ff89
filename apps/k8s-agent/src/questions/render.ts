import { type ClusterAnswer, type ClusterQuestionOf, PreconditionFailed } from "@platz/domain";
import { chartComputer } from "@platz/services";
import type { QuestionContext } from "./answerers.ts";
import { renderChart } from "./render-chart.ts";

/** What an install would make, and what of it the kind has no grant for. The cluster tells which kinds it has, no more. */
export async function render(
  { deploymentId, release, sealed, grant }: ClusterQuestionOf<"Render">,
  { cluster, signal, rendering }: QuestionContext,
): Promise<ClusterAnswer<"Render">> {
  const toRender = { deploymentId, release, sealed, includeCrds: true };
  const { chart, manifest, confidential } = await renderChart(rendering, toRender, signal);
  requireReleasable(manifest);
  const scopes = await cluster.kindScopes(apiVersionsIn(manifest), signal);
  return await chartComputer(rendering).compute(chart, "readRendering", {
    manifest,
    namespace: release,
    confidential,
    scopes: [...scopes],
    grant,
  });
}

/** Helm's record of a release is a Secret of 1 MiB, packed. */
const MANIFEST_CHARACTERS_MAX = 4 * 1024 * 1024;

/** Throws `PreconditionFailed` for a manifest that is too large for a release anyway. */
export function requireReleasable(manifest: string): void {
  if (manifest.length <= MANIFEST_CHARACTERS_MAX) return;
  throw new PreconditionFailed("What the chart makes is too large for a release: it cannot be looked at.");
}

/** Every API version that a manifest may mean, without reading it as YAML. */
export function apiVersionsIn(manifest: string): string[] {
  return [...manifest.matchAll(/\bapiVersion:[ \t]*["']?([^\s"',}]+)/g)].flatMap(([, found]) => found ?? []);
}
