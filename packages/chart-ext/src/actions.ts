import { z } from "zod";
import { limits } from "./limits.ts";
import { optional } from "./optional.ts";
import { type ValuesUi, ValuesUiV0, ValuesUiV1Beta1 } from "./values-ui.ts";

export const roles = ["Owner", "Maintainer"] as const;
export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

const StoredAction = z.object({
  id: z.string().min(1, "must not be empty"),
  allowed_role: z.enum(roles),
  allowed_on_statuses: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
  endpoint: z.literal("standard_ingress", "must be standard_ingress"),
  path: z.string(),
  method: z.enum(methods),
  title: z.string(),
  description: z.string(),
  fontawesome_icon: optional(z.string()),
  dangerous: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  idempotent: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  ui_schema: optional(z.union([ValuesUiV1Beta1, ValuesUiV0])),
});

export const ActionsV0 = z.object({
  schema_version: z.int().nonnegative(),
  actions: z.array(StoredAction).max(limits.actions),
});
export const ActionsV1Beta1 = z
  .array(
    z.object({ apiVersion: z.literal("platz.io/v1beta1"), kind: z.literal("Action"), spec: StoredAction }),
  )
  .max(limits.actions);
export type StoredActions = z.output<typeof ActionsV0> | z.output<typeof ActionsV1Beta1>;

/** Something that people may ask of a deployed application, whatever version its file is written in (workers spec 8.9). */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly icon: string | null;
  readonly dangerous: boolean;
  /** Whether it may be sent again when nobody knows whether it was answered: by its `Idempotency-Key` it counts once. */
  readonly idempotent: boolean;
  readonly allowedRole: (typeof roles)[number];
  /** Names of reported statuses on which it may be invoked; empty: on any. */
  readonly allowedOnStatuses: readonly string[];
  readonly endpoint: "standard_ingress";
  readonly path: string;
  readonly method: (typeof methods)[number];
  /** Its form; without one, whatever is sent is passed on as it is. */
  readonly uiSchema: ValuesUi | null;
}

/** The actions of a stored document; none when there is none, or when it cannot be read. */
export function actionsOf(stored: unknown): readonly Action[] {
  const v0 = ActionsV0.safeParse(stored);
  if (v0.success) return v0.data.actions.map(actionOf);
  const list = ActionsV1Beta1.safeParse(stored);
  return list.success ? list.data.map(({ spec }) => actionOf(spec)) : [];
}

function actionOf(stored: z.output<typeof StoredAction>): Action {
  return {
    id: stored.id,
    title: stored.title,
    description: stored.description,
    icon: stored.fontawesome_icon,
    dangerous: stored.dangerous,
    idempotent: stored.idempotent,
    allowedRole: stored.allowed_role,
    allowedOnStatuses: stored.allowed_on_statuses,
    endpoint: stored.endpoint,
    path: stored.path,
    method: stored.method,
    uiSchema: stored.ui_schema,
  };
}
