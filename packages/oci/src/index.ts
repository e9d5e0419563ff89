export { type ArchiveLimits, defaultArchiveLimits } from "./archive-limits.ts";
export type { CredentialsSource, Fetch, RegistryCredentials } from "./authorize.ts";
export { ChartArchiveError } from "./chart-archive-error.ts";
export { chartText } from "./chart-text.ts";
export {
  type ChartTree,
  chartSchemas,
  packChartTree,
  readChartTree,
  type SchemaText,
} from "./chart-tree.ts";
export {
  CosignSignature,
  cosignSignatures,
  digestOfSignatureTag,
  type Judgement,
  judgeSignatures,
  readCosignKey,
} from "./cosign.ts";
export {
  HELM_CHART_LAYER_TYPE,
  HELM_CONFIG_TYPE,
  HELM_PROVENANCE_LAYER_TYPE,
  type Layer,
  type Manifest,
} from "./manifest.ts";
export { type BlobOptions, openRegistry, type Registry, type RegistryOptions } from "./open-registry.ts";
export { type ChartFiles, packageChart } from "./package-chart.ts";
export { packageChartDirectory } from "./package-chart-directory.ts";
export { parseRegistryAddress, type RegistryAddress } from "./parse-registry-address.ts";
export { type PulledChart, type PullOptions, pullChart } from "./pull-chart.ts";
export { type PushedChart, pushChart } from "./push-chart.ts";
export { type ChartArchive, readChartArchive } from "./read-chart-archive.ts";
export { type ChartMetadata, readChartMetadata } from "./read-chart-metadata.ts";
export { Digest, RegistryDomain, RepositoryName, Tag } from "./references.ts";
export { credentialsOfConfig, registrySettings } from "./registry-config.ts";
export { RegistryError, type RegistryErrorKind } from "./registry-error.ts";
