import type { GrantPreset } from "../kind-grant.ts";
import { definedScopes, isClusterScoped, isCustomGroup, type KnownScopes } from "./object-scope.ts";
import { type PodProblems, podProblems } from "./pod-security.ts";
import { podTemplateOf } from "./pod-template.ts";
import { type RenderedObject, renderedObjects } from "./rendered-object.ts";

/** What an object of a chart needs that a deployment does not have by itself. */
export interface ObjectNeeds {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `null`: it belongs to no namespace. */
  readonly namespace: string | null;
  /** The least preset for it; absent for an object in the deployment's own namespace. */
  readonly outside?: { readonly preset: Exclude<GrantPreset, "nothing">; readonly why: string };
  /** What levels of Pod Security forbid of its pods; absent without pods. */
  readonly pods?: PodProblems;
}

/** Where a chart would be installed. */
export interface ReleasePlace {
  readonly namespace: string;
  /** Of kinds that Kubernetes itself does not have; those that the chart defines are known without it. */
  readonly scopes?: KnownScopes;
}

/**
 * What each object of a rendered chart needs, from the parsed documents of its manifest, in time that grows with their size
 * alone. RBAC in the deployment's own namespace needs nothing: its account may do everything there, and nothing that is
 * bound there reaches further.
 */
export function objectNeeds(documents: readonly unknown[], place: ReleasePlace): ObjectNeeds[] {
  return judgedObjects(documents, place).map(({ needs }) => needs);
}

/** The same, each with the object that it is of. */
export function judgedObjects(
  documents: readonly unknown[],
  { namespace, scopes }: ReleasePlace,
): { readonly object: RenderedObject; readonly needs: ObjectNeeds }[] {
  const objects = renderedObjects(documents);
  const known = [definedScopes(objects), ...(scopes === undefined ? [] : [scopes])];
  return objects.map((object) => ({
    object,
    needs: needsOf(object, isClusterScoped(object, known), namespace),
  }));
}

function needsOf(object: RenderedObject, isOfCluster: boolean, own: string): ObjectNeeds {
  const { apiVersion, kind, name } = object;
  const namespace = isOfCluster ? null : (object.namespace ?? own);
  const named = { apiVersion, kind, name, namespace };
  if (namespace === own) {
    const template = podTemplateOf(object);
    return template === undefined ? named : { ...named, pods: podProblems(template) };
  }
  return { ...named, outside: { preset: presetFor(object), why: whyOutside(object, namespace) } };
}

function presetFor({ group, kind }: RenderedObject): "crds" | "everything" {
  return kind === "CustomResourceDefinition" || isCustomGroup(group) ? "crds" : "everything";
}

function whyOutside({ group, kind }: RenderedObject, namespace: string | null): string {
  if (namespace !== null) return `belongs to the namespace ${namespace}, which is not the deployment's`;
  if (group === "rbac.authorization.k8s.io") return "gives rights in the whole cluster";
  return kind === "CustomResourceDefinition"
    ? "makes a kind for the whole cluster"
    : "belongs to the whole cluster";
}
