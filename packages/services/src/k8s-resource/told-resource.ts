import type { DeploymentId, K8sResource } from "@platz/domain";

/** A workload as its reader may see it: charts put into annotations whatever they like. */
export function toldResource(resource: K8sResource, keptBack: ReadonlySet<DeploymentId>): K8sResource {
  if (!keptBack.has(resource.deploymentId)) return resource;
  return { ...resource, metadata: { ...resource.metadata, annotations: {} } };
}
