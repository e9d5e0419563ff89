import { z } from "zod";
import {
  type EffectiveGrant,
  type GrantPreset,
  grantPresets,
  type LeastGrant,
  type PodSecurityLevel,
  presetClusterRoles,
} from "../kind-grant.ts";
import type { ObjectNeeds } from "./object-needs.ts";
import { problemsAt } from "./pod-security.ts";

/** An object of a chart that its kind has no grant for. `why` completes "This object …". */
export const UngrantedObject = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  /** `null`: it belongs to no namespace. */
  namespace: z.string().nullable(),
  why: z.string(),
});
export type UngrantedObject = z.output<typeof UngrantedObject>;

/** The objects that a grant does not cover, and why not. */
export function ungrantedObjects(
  needs: readonly ObjectNeeds[],
  { clusterRoles, podSecurity }: EffectiveGrant,
): UngrantedObject[] {
  return needs.flatMap(({ outside, pods, ...object }) => {
    if (outside !== undefined) {
      return covers(clusterRoles, outside.preset)
        ? []
        : [{ ...object, why: outside.why + unless(clusterRoles) }];
    }
    const problems = pods === undefined ? [] : problemsAt(podSecurity.enforce, pods);
    return problems.length === 0 ? [] : [{ ...object, why: forbidden(podSecurity.enforce, problems) }];
  });
}

/** The least preset, and the strictest level up to `baseline`, with which all of these objects can be applied. */
export function leastGrant(needs: readonly ObjectNeeds[]): LeastGrant {
  const most = needs.reduce((most, { outside }) => Math.max(most, rank(outside?.preset ?? "nothing")), 0);
  const isBaseline = needs.every(({ pods }) => pods === undefined || pods.baseline.length === 0);
  return { preset: grantPresets[most] ?? "everything", podSecurity: isBaseline ? "baseline" : "privileged" };
}

const NAMED_MAX = 5;

/**
 * That a kind has no grant for these objects, and who can give it one: the sentence of previews, of refused tasks, and of
 * whatever else says so.
 */
export function ungrantedSentence(kindName: string, objects: readonly UngrantedObject[]): string {
  const named = objects.slice(0, NAMED_MAX).map(({ kind, name, why }) => `${kind} ${name}, which ${why}`);
  const more = objects.length - named.length;
  const rest = more === 0 ? "" : `; and ${more} more`;
  return (
    `The kind ${kindName} has no grant for ${named.join("; ")}${rest}. ` +
    "A site admin can give it one: kindGrants.createForChart grants what a version of its chart needs, kindGrants.create more."
  );
}

const rank = (preset: GrantPreset) => grantPresets.indexOf(preset);

function covers(clusterRoles: readonly string[], preset: GrantPreset): boolean {
  return grantPresets.some((given) => {
    const role = presetClusterRoles[given];
    return role !== null && rank(given) >= rank(preset) && clusterRoles.includes(role);
  });
}

/** What a ClusterRole of the operator's own allows is for the cluster to say. */
function unless(clusterRoles: readonly string[]): string {
  const presets: readonly (string | null)[] = Object.values(presetClusterRoles);
  const own = clusterRoles.filter((role) => !presets.includes(role));
  return own.length === 0 ? "" : `, unless the ClusterRole ${own.join(" or ")} allows it`;
}

function forbidden(level: PodSecurityLevel, problems: readonly string[]): string {
  return `has pods that the level ${level} of Pod Security forbids: they have ${problems.join(", ")}`;
}
