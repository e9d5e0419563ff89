import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { NotFound, type OperationKind, type PreviewDeployment } from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import type { ServiceContext } from "../context.ts";
import { sealedKeys } from "../sealed/seal-sensitive.ts";
import { checkEdit } from "./check-edit.ts";
import { requirePlainInputs } from "./check-inputs.ts";
import { editOf } from "./edit-of.ts";
import { planUpdate } from "./plan-update.ts";
import { requireNotDeleting } from "./require-in-use.ts";
import { openInputs, sealInputs } from "./sealed-inputs.ts";
import { type RenderedValues, renderRevision } from "./values/build-helm-values.ts";
import { placeOfCluster } from "./values/revision.ts";

/** What an edit that is not made would come to. It holds secrets. */
export interface RenderedEdit {
  readonly stored: PlacedDeployment;
  /** The deployment as the edit would leave it. */
  readonly after: PlacedDeployment;
  readonly rendered: RenderedValues;
  /** The tasks that the edit would ask for, in their order. */
  readonly operations: readonly OperationKind[];
}

/** Renders a deployment as it is saved, or with an edit, which is checked and refused like the edit itself. */
export async function renderEdit(context: ServiceContext, input: PreviewDeployment): Promise<RenderedEdit> {
  const { db, scope, keyring } = context;
  const stored = await findDeployment(db, input.id, scope.envs);
  if (!stored) throw new NotFound("deployment", input.id);
  await requireDeploymentMaintainer(context, stored, "see what it would be given");
  requireNotDeleting(stored);
  requirePlainInputs("The deployment", { config: input.config, valuesOverride: input.valuesOverride });
  const before = await openInputs(keyring, stored);
  const edit = editOf(before, { ...input, version: stored.version });
  const { chart, host, reinstallDependencies, isSensitive } = await checkEdit(context, edit);
  const after = { ...edit.after, ...host };
  const place = await placeOfCluster(db, after.clusterId);
  const toStore = await sealInputs(keyring, {
    id: stored.id,
    inputs: after,
    isSensitive,
    before: [{ stored, opened: before }],
  });
  const rendered = await renderRevision(context, {
    id: stored.revisionId,
    chart,
    inputs: after.config,
    valuesOverride: after.valuesOverride,
    sealed: sealedKeys(toStore.config),
    place: {
      deployment: after,
      namespace: after.namespace,
      ...place,
      revisionId: stored.revisionId,
      ownUrl: context.ownUrl,
    },
  });
  const { tasks } = planUpdate(before, after, reinstallDependencies);
  return { stored, after, rendered, operations: tasks.map(({ operation }) => operation.kind) };
}
