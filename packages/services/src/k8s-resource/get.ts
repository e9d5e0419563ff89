import { findK8sResource } from "@platz/db/queries/k8s-resources";
import { type K8sResource, type K8sResourceId, NotFound } from "@platz/domain";
import { keptBackFrom } from "../access/may-read-details.ts";
import type { ServiceContext } from "../context.ts";
import { toldResource } from "./told-resource.ts";

/** A workload as its cluster last showed it. */
export async function getK8sResource(context: ServiceContext, id: K8sResourceId): Promise<K8sResource> {
  const resource = await findK8sResource(context.db, id, context.scope.envs);
  if (!resource) throw new NotFound("resource", id);
  return toldResource(resource, await keptBackFrom(context, [resource.deploymentId]));
}
