import type { ComputedChart } from "@platz/services";

/** By which chart a manifest was made nobody knows: what it takes to read it is told of the release itself. */
export function releaseAsChart(record: {
  readonly namespace: string;
  readonly secretName: string;
}): ComputedChart {
  const { namespace, secretName } = record;
  return {
    imageDigest: `${namespace}/${secretName}`,
    imageTag: `of the release ${namespace}`,
    quarantine: null,
  };
}
