import type { ReadChartInput } from "./read-chart.ts";

/**
 * What is computed of what charts, and callers by way of charts, have written. Each job is loaded when it is first asked
 * for, so that a process holds what it needs.
 */
export const jobs = {
  /** What a chart ships beside its templates. */
  readChart: async (input: ReadChartInput) => (await import("./read-chart.ts")).readChart(input),
  /** Where the schemas of a chart lead outside of it. */
  findOutsideSchemas: async (input: Pick<ReadChartInput, "schemas">) =>
    (await import("./find-outside-schemas.ts")).findOutsideSchemas(input),
  /** What is wrong with what was filled into a form, and what it refers to. */
  checkInputs: async (input: Parameters<typeof import("./check-inputs.ts").checkInputs>[0]) =>
    (await import("./check-inputs.ts")).checkInputs(input),
  /** The values and secrets that inputs give. */
  renderInputs: async (input: Parameters<typeof import("./render-inputs.ts").renderInputs>[0]) =>
    (await import("./render-inputs.ts")).renderInputs(input),
  /** How one manifest of a release differs from another. */
  diffManifests: async (input: Parameters<typeof import("./diff-manifests.ts").diffManifests>[0]) =>
    (await import("./diff-manifests.ts")).diffManifests(input),
  /** The objects of some kinds in a manifest. */
  readManifest: async (input: Parameters<typeof import("./read-manifest.ts").readManifest>[0]) =>
    (await import("./read-manifest.ts")).readManifest(input),
  /** The documents of a manifest. */
  readDocuments: async ({ manifest }: { readonly manifest: string }) =>
    (await import("./manifest-objects.ts")).documentsOf(manifest),
  /** What an install would make, and what of it needs a grant. */
  readRendering: async (input: Parameters<typeof import("./read-rendering.ts").readRendering>[0]) =>
    (await import("./read-rendering.ts")).readRendering(input),
};
export type Jobs = typeof jobs;
