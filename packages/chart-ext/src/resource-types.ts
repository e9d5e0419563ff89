import { z } from "zod";
import { methods, roles } from "./actions.ts";
import { limits } from "./limits.ts";
import { optional } from "./optional.ts";
import { ValuesUiV0 } from "./values-ui.ts";

const Hook = z.object({
  allowed_role: optional(z.enum(roles)),
  target: optional(
    z.object({
      endpoint: z.literal("standard_ingress", "must be standard_ingress"),
      path: z.string(),
      method: z.enum(methods),
    }),
  ),
});

const Spec = z.object({
  name_singular: z.string(),
  name_plural: z.string(),
  fontawesome_icon: z.string(),
  global: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  values_ui: ValuesUiV0,
  lifecycle: z
    .object({ create: optional(Hook), update: optional(Hook), delete: optional(Hook) })
    .nullish()
    .transform((value) => value ?? { create: null, update: null, delete: null }),
});

/** Kinds of logical objects that a deployment manages (workers spec 8.10). */
export const ResourceTypes = z
  .array(
    z.object({
      apiVersion: z.literal("platz.io/v1beta1"),
      kind: z.literal("ResourceType"),
      key: z.string().min(1, "must not be empty"),
      spec: Spec,
    }),
  )
  .max(limits.resourceTypes);
export type ResourceTypes = z.output<typeof ResourceTypes>;

/** What a chart says of one resource type. */
export type ResourceTypeSpec = z.output<typeof Spec>;

/** The specification of a stored resource type; nothing when it cannot be read. */
export function resourceTypeSpecOf(stored: unknown): ResourceTypeSpec | undefined {
  return Spec.safeParse(stored).data;
}

/** The resource types of a stored document; none when there is none, or when it cannot be read. */
export function resourceTypesOf(stored: unknown): ResourceTypes {
  return ResourceTypes.safeParse(stored).data ?? [];
}
