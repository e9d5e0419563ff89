import {
  type Deployment,
  type DeploymentId,
  type Json,
  type JsonObject,
  type Operation,
  sameJson,
} from "@platz/domain";
import type { KeyRing } from "@platz/sealing";
import { isSealedJson, openJson, sealJson } from "../sealed/sealed-json.ts";
import type { IsSensitive } from "./sensitive-inputs.ts";

/** What people fill in for a deployment. Stored, its sensitive inputs and its override are sealed. */
export type DeploymentInputs = Pick<Deployment, "config" | "valuesOverride">;

/** Where the sealed inputs of a deployment stand: in its row, and in those of its tasks. */
export function inputsPlace(id: DeploymentId): string {
  return `deployments/${id}/inputs`;
}

/** The deployment with its inputs as people gave them. Throws a `SealingError` when a key is missing. */
export async function openInputs<Row extends DeploymentInputs & Pick<Deployment, "id">>(
  keyring: KeyRing,
  row: Row,
): Promise<Row> {
  const { config, valuesOverride } = row;
  return { ...row, ...(await openJson(keyring, { config, valuesOverride }, inputsPlace(row.id))) };
}

/** An operation with its inputs as people gave them. */
export async function openOperation(
  keyring: KeyRing,
  id: DeploymentId,
  operation: Operation,
): Promise<Operation> {
  return await openJson(keyring, operation, inputsPlace(id));
}

interface ToSeal {
  readonly id: DeploymentId;
  readonly inputs: DeploymentInputs;
  readonly isSensitive: IsSensitive;
  /** What was stored before, and what it said: a value that stays is not sealed anew. */
  readonly before?: { readonly stored: DeploymentInputs; readonly opened: DeploymentInputs } | undefined;
}

/** The inputs as the database may hold them. */
export async function sealInputs(
  keyring: KeyRing,
  { id, inputs, isSensitive, before }: ToSeal,
): Promise<DeploymentInputs> {
  const place = inputsPlace(id);
  const sealed = async (value: Json, stored: Json | undefined, opened: Json | undefined) => {
    const stays = isSealedJson(stored) && opened !== undefined && sameJson(opened, value);
    return stays ? stored : await sealJson(keyring, value, place);
  };
  const config: JsonObject = {};
  for (const [key, value] of Object.entries(inputs.config)) {
    config[key] = isSensitive(key)
      ? await sealed(value, before?.stored.config[key], before?.opened.config[key])
      : value;
  }
  const { valuesOverride } = inputs;
  const isEmpty = Object.keys(valuesOverride).length === 0;
  return {
    config,
    valuesOverride: isEmpty
      ? {}
      : await sealed(valuesOverride, before?.stored.valuesOverride, before?.opened.valuesOverride),
  };
}

/** An Install, Upgrade or Rollback with the inputs as they are stored, and no secret in the account of what changed. */
export function withStoredInputs(
  operation: Operation,
  { config, valuesOverride }: DeploymentInputs,
  isSensitive: IsSensitive,
): Operation {
  if (operation.kind === "Install") return { ...operation, configInputs: config, valuesOverride };
  if (operation.kind !== "Upgrade" && operation.kind !== "Rollback") return operation;
  const { configDelta } = operation;
  return {
    ...operation,
    configInputs: config,
    valuesOverride,
    configDelta: configDelta && withoutSecrets(configDelta, isSensitive),
  };
}

type Delta = Record<string, [Json, Json]>;

function withoutSecrets(delta: Delta, isSensitive: IsSensitive): Delta {
  const hidden = (value: Json) => (value === null ? null : "(secret)");
  return Object.fromEntries(
    Object.entries(delta).map(([path, [before, after]]): [string, [Json, Json]] =>
      isSensitive(path.split(".")[0] ?? "")
        ? [path, [hidden(before), hidden(after)]]
        : [path, [before, after]],
    ),
  );
}
