import { z } from "zod";
import { limits } from "./limits.ts";
import { type Need, Needs } from "./needs.ts";
import { optional } from "./optional.ts";

export const hostnameFormats = ["Name", "KindAndName"] as const;
export const cardinalities = ["Many", "OnePerCluster"] as const;

const Status = z.object({
  endpoint: z.literal("standard_ingress", "must be standard_ingress"),
  path: z.string(),
  refresh_interval_secs: z.int().nonnegative(),
});
const paths = z
  .array(z.array(z.string()).max(limits.pathElements))
  .max(limits.featurePaths)
  .nullish()
  .transform((value) => value ?? []);
const flag = (standing: boolean) =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? standing);

const common = {
  status: optional(Status),
  cardinality: z
    .enum(cardinalities)
    .nullish()
    .transform((value) => value ?? "Many"),
  reinstall_dependencies: flag(true),
  node_selector_paths: paths,
  tolerations_paths: paths,
};

const Display = z.strictObject({
  name: optional(
    z.union([
      z.literal("DeploymentName"),
      z.strictObject({ InputField: z.strictObject({ name: z.string() }) }),
    ]),
  ),
  icon: optional(z.strictObject({ font_awesome: z.string() })),
});

export const FeaturesV0 = z.object({ standard_ingress: flag(false), ...common });
export const FeaturesV1Beta1 = z.object({
  apiVersion: z.literal("platz.io/v1beta1"),
  kind: z.literal("Features"),
  spec: FeaturesV0,
});
export const FeaturesV1Beta2 = z.object({
  apiVersion: z.literal("platz.io/v1beta2"),
  kind: z.literal("Features"),
  spec: z.object({
    ingress: optional(
      z.object({
        enabled: z.boolean(),
        hostname_format: z
          .enum(hostnameFormats)
          .nullish()
          .transform((value) => value ?? "KindAndName"),
      }),
    ),
    ...common,
    task_timeout_secs: optional(z.int().positive()),
    display: optional(Display),
    needs: Needs,
  }),
});
export type StoredFeatures =
  | z.output<typeof FeaturesV0>
  | z.output<typeof FeaturesV1Beta1>
  | z.output<typeof FeaturesV1Beta2>;

/** What a chart wants of Platz, whatever version its file is written in, with all defaults (workers spec 8.10). */
export interface Features {
  readonly ingress: { readonly enabled: boolean; readonly hostnameFormat: (typeof hostnameFormats)[number] };
  readonly status: { readonly path: string; readonly refreshIntervalSecs: number } | null;
  readonly cardinality: (typeof cardinalities)[number];
  /** Whether deployments that use this one are installed again when it changes. */
  readonly reinstallDependencies: boolean;
  readonly nodeSelectorPaths: readonly (readonly string[])[];
  readonly tolerationsPaths: readonly (readonly string[])[];
  /** How long a run that installs, changes or uninstalls it may take, in seconds; `null`: as long as others. */
  readonly taskTimeoutSecs: number | null;
  readonly display: z.output<typeof Display>;
  /** What the token of a deployment reaches besides itself and what its inputs refer to. */
  readonly needs: readonly Need[];
}

/**
 * The features of a stored document. A chart without one has all defaults, the same as an empty file has (W67).
 * A document that cannot be read counts as none.
 */
export function featuresOf(stored: unknown): Features {
  const v1beta2 = FeaturesV1Beta2.safeParse(stored);
  if (v1beta2.success) {
    const { spec } = v1beta2.data;
    const ingress = spec.ingress ?? { enabled: false, hostname_format: "KindAndName" };
    return {
      ...normal(spec, { ...ingress, display: spec.display }),
      taskTimeoutSecs: spec.task_timeout_secs,
      needs: spec.needs,
    };
  }
  const v1beta1 = FeaturesV1Beta1.safeParse(stored);
  const v0 = v1beta1.success
    ? v1beta1.data.spec
    : (FeaturesV0.safeParse(stored).data ?? FeaturesV0.parse({}));
  return normal(v0, { enabled: v0.standard_ingress, hostname_format: "KindAndName", display: null });
}

type Common = Pick<z.output<typeof FeaturesV0>, keyof typeof common>;

function normal(
  spec: Common,
  shown: {
    readonly enabled: boolean;
    readonly hostname_format: (typeof hostnameFormats)[number];
    readonly display: Features["display"] | null;
  },
): Features {
  return {
    ingress: { enabled: shown.enabled, hostnameFormat: shown.hostname_format },
    status:
      spec.status === null
        ? null
        : { path: spec.status.path, refreshIntervalSecs: spec.status.refresh_interval_secs },
    cardinality: spec.cardinality,
    reinstallDependencies: spec.reinstall_dependencies,
    nodeSelectorPaths: spec.node_selector_paths,
    tolerationsPaths: spec.tolerations_paths,
    taskTimeoutSecs: null,
    needs: [],
    display: shown.display ?? { name: null, icon: null },
  };
}
