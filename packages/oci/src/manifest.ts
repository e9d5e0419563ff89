import { z } from "zod";

/** Helm's media types (Helm, "Use OCI-based registries"). */
export const HELM_CONFIG_TYPE = "application/vnd.cncf.helm.config.v1+json";
export const HELM_CHART_LAYER_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
export const HELM_PROVENANCE_LAYER_TYPE = "application/vnd.cncf.helm.chart.provenance.v1.prov";
export const IMAGE_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** What a manifest may be: images, and the indexes that a registry gives when a tag names several. */
export const ACCEPTED_MANIFEST_TYPES = [
  IMAGE_MANIFEST_TYPE,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
] as const;

const size = z.int().nonnegative();
const annotations = z.record(z.string(), z.string()).nullish();
const Descriptor = z.object({
  mediaType: z.string().max(255),
  digest: z.string().max(255),
  size,
  annotations,
});

/** The parts of a manifest that are read. An index has neither config nor layers, and is no error (W20). */
export const ManifestBody = z.object({
  mediaType: z.string().max(255).optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).max(10_000).optional(),
  annotations,
});

export interface Layer {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest whose digest was verified against its bytes. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  /** `undefined` for an index. {@link HELM_CONFIG_TYPE} is what makes it a chart. */
  readonly configMediaType: string | undefined;
  readonly layers: readonly Layer[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly raw: Uint8Array<ArrayBuffer>;
}
