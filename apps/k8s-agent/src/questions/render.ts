import type { ClusterAnswer, ClusterQuestionOf } from "@platz/domain";
import type { QuestionContext } from "./answerers.ts";
import { readRendering } from "./read-rendering.ts";
import { renderChart } from "./render-chart.ts";

/** What an install would make, and what of it the kind has no grant for. The cluster tells which kinds it has, no more. */
export async function render(
  { deploymentId, release, sealed, grant }: ClusterQuestionOf<"Render">,
  { cluster, signal, rendering }: QuestionContext,
): Promise<ClusterAnswer<"Render">> {
  const toRender = { deploymentId, release, sealed, includeCrds: true };
  const { manifest, confidential } = await renderChart(rendering, toRender, signal);
  const scopes = await cluster.kindScopes(apiVersionsIn(manifest), signal);
  return readRendering({ manifest, namespace: release, confidential, scopes, grant });
}

/** Every API version that a manifest may mean, without reading it as YAML. */
export function apiVersionsIn(manifest: string): string[] {
  return [...manifest.matchAll(/\bapiVersion:[ \t]*["']?([^\s"',}]+)/g)].flatMap(([, found]) => found ?? []);
}
