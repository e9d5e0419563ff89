import { z } from "zod";
import { Install } from "./install.ts";
import { InvokeAction } from "./invoke-action.ts";
import { Recreate } from "./recreate.ts";
import { Reinstall } from "./reinstall.ts";
import { RestartK8sResource } from "./restart-k8s-resource.ts";
import { Rollback } from "./rollback.ts";
import { Uninstall } from "./uninstall.ts";
import { Upgrade } from "./upgrade.ts";

/**
 * What a deployment task can be asked to do. Stored with its `kind` inside; the compiler asks every room that has
 * an answer per operation (policy, runner) for one as soon as a schema is added here.
 */
export const Operation = z.discriminatedUnion("kind", [
  Install,
  Upgrade,
  Rollback,
  Reinstall,
  Recreate,
  Uninstall,
  InvokeAction,
  RestartK8sResource,
]);
export type Operation = z.output<typeof Operation>;
export type OperationKind = Operation["kind"];

type ByKind = { [O in Operation as O["kind"]]: O };
export type OperationOf<K extends OperationKind> = { [P in K]: ByKind[P] & { readonly kind: P } }[K];
