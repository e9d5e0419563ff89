import { z } from "zod";
import { ClusterId, HelmChartId, KindGrantId, KindId } from "./ids.ts";
import { JsonObject } from "./json.ts";

/** What a kind of deployment may have outside of its namespaces, from least to most. */
export const grantPresets = ["nothing", "crds", "everything"] as const;
export const GrantPreset = z.enum(grantPresets);
export type GrantPreset = z.output<typeof GrantPreset>;

/** Levels of Kubernetes' Pod Security Standards, from least to most that is forbidden. */
export const podSecurityLevels = ["privileged", "baseline", "restricted"] as const;
export const PodSecurityLevel = z.enum(podSecurityLevels);
export type PodSecurityLevel = z.output<typeof PodSecurityLevel>;

/** What a namespace refuses of pods, and what it only warns of. */
export const PodSecurity = z.strictObject({ enforce: PodSecurityLevel, warn: PodSecurityLevel.nullable() });
export type PodSecurity = z.output<typeof PodSecurity>;

/** The ClusterRole of each preset: the operator installs them with the rights of the agent. */
export const presetClusterRoles: Readonly<Record<GrantPreset, string | null>> = {
  nothing: null,
  crds: "platz-grant-crds",
  everything: "platz-grant-all",
};

const ClusterRoleName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._-]*$/, "must be the name of a ClusterRole");

/**
 * That the deployments of a kind may have more than their namespaces: a preset, or else a ClusterRole of the operator's own,
 * and which pods they may run. It holds on all clusters, or on those that it names.
 */
export const KindGrant = z.object({
  id: KindGrantId,
  createdAt: z.date(),
  kindId: KindId,
  clusterIds: z.array(ClusterId).nullable(),
  preset: GrantPreset.nullable(),
  clusterRole: z.string().nullable(),
  podSecurity: PodSecurity,
  /** Who gave it, in words, and why. */
  grantedBy: z.string(),
  reason: z.string(),
});
export type KindGrant = z.output<typeof KindGrant>;

const clusterIds = z
  .array(ClusterId)
  .min(1, "must name a cluster; null stands for all of them")
  .max(100)
  .nullable()
  .default(null);
const reason = z.string().trim().min(1, "must say why: whoever reads the grant later will ask").max(1000);

/** A grant that a site admin gives: a preset or a ClusterRole, not both. */
export const NewKindGrant = z
  .strictObject({
    kindId: KindId,
    clusterIds,
    preset: GrantPreset.nullable().default(null),
    clusterRole: ClusterRoleName.nullable().default(null),
    podSecurity: PodSecurity.default({ enforce: "baseline", warn: null }),
    reason,
  })
  .refine(({ preset, clusterRole }) => (preset === null) !== (clusterRole === null), {
    path: ["preset"],
    message: "must be given, or else a clusterRole: one of them, not both",
  });
export type NewKindGrant = z.output<typeof NewKindGrant>;

/** A grant of the least that a version of a chart needs, to the kind that the chart is of. */
export const NewKindGrantForChart = z.strictObject({
  helmChartId: HelmChartId,
  clusterIds,
  reason,
  /** What somebody would fill in; without it the chart's own defaults count. */
  config: JsonObject.optional(),
  /** Only as a trial: says what would be granted. */
  dryRun: z.boolean().default(false),
});
export type NewKindGrantForChart = z.output<typeof NewKindGrantForChart>;

/** What all grants of a kind come to on one cluster. */
export const EffectiveGrant = z.object({
  /** The ClusterRoles that Helm's account is bound to in the whole cluster, each once, in order of their names. */
  clusterRoles: z.array(z.string()).readonly(),
  podSecurity: PodSecurity,
});
export type EffectiveGrant = z.output<typeof EffectiveGrant>;

/** The least that a kind has to be granted for all objects of a chart. */
export const LeastGrant = z.object({ preset: GrantPreset, podSecurity: PodSecurityLevel });
export type LeastGrant = z.output<typeof LeastGrant>;

type Grant = Pick<KindGrant, "clusterIds" | "preset" | "clusterRole" | "podSecurity">;

/**
 * What grants of one kind let its deployments have on a cluster: the ClusterRoles of all that hold there, and the level of
 * Pod Security that forbids least. Without any: nothing outside of the namespace, and `baseline`.
 */
export function effectiveGrant(grants: readonly Grant[], clusterId: ClusterId): EffectiveGrant {
  const holding = grants.filter((grant) => grant.clusterIds === null || grant.clusterIds.includes(clusterId));
  const roles = holding.flatMap(({ preset, clusterRole }) => {
    const role = preset === null ? clusterRole : presetClusterRoles[preset];
    return role === null ? [] : [role];
  });
  return { clusterRoles: [...new Set(roles)].sort(), podSecurity: leastForbidding(holding) };
}

/** Of two that forbid the same, the first in the list decides what is warned of. */
function leastForbidding(grants: readonly Grant[]): PodSecurity {
  const [first] = grants
    .map(({ podSecurity }) => podSecurity)
    .sort((a, b) => podSecurityLevels.indexOf(a.enforce) - podSecurityLevels.indexOf(b.enforce));
  return first ?? { enforce: "baseline", warn: null };
}

/** What a new kind begins with, as an operator writes it: a preset, and a level of Pod Security, as `everything:privileged`. */
export const NewKindDefault = z
  .string()
  .regex(
    /^(nothing|crds|everything)(:(privileged|baseline|restricted))?$/,
    "must be nothing, crds or everything, with a level of Pod Security where it is not baseline: everything:privileged",
  )
  .transform((text) => {
    const [preset, enforce = "baseline"] = text.split(":");
    return { preset: GrantPreset.parse(preset), podSecurity: PodSecurity.parse({ enforce, warn: null }) };
  });
export type NewKindDefault = z.output<typeof NewKindDefault>;
