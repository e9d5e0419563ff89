import { findK8sResource } from "@platz/db/queries/k8s-resources";
import { type K8sResource, type K8sResourceId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** A workload as its cluster last showed it. */
export async function getK8sResource({ db, scope }: ServiceContext, id: K8sResourceId): Promise<K8sResource> {
  const resource = await findK8sResource(db, id, scope.envs);
  if (!resource) throw new NotFound("resource", id);
  return resource;
}
