import type { CollectionItem } from "@platz/db/queries/deployment-references";
import {
  type Deployment,
  type DeploymentId,
  type Json,
  type JsonDiff,
  type JsonObject,
  type Operation,
  sameJson,
} from "@platz/domain";
import type { KeyRing } from "@platz/sealing";
import { type IsSensitive, sealedKeys, sealSensitive } from "../sealed/seal-sensitive.ts";
import { isSealedJson, openJson, SECRET, sealJson } from "../sealed/sealed-json.ts";

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

/** Whether stored inputs hold a secret, or name something that may hold one. */
export function holdsSecrets(
  { config, valuesOverride }: DeploymentInputs,
  references: readonly CollectionItem[] = [],
): boolean {
  const isSealed = sealedKeys(config).size > 0 || Object.keys(valuesOverride).length > 0;
  return isSealed || mayNameSecrets(references);
}

/** Whether any of these items may hold a secret: secrets do, and so may resources. */
export function mayNameSecrets(references: readonly CollectionItem[]): boolean {
  return references.some(({ collection }) => collection !== "deployments");
}

/** An operation with its inputs as people gave them. */
export async function openOperation<Stored extends Operation>(
  keyring: KeyRing,
  id: DeploymentId,
  operation: Stored,
): Promise<Stored> {
  return await openJson(keyring, operation, inputsPlace(id));
}

interface ToSeal {
  readonly id: DeploymentId;
  readonly inputs: DeploymentInputs;
  readonly isSensitive: IsSensitive;
  /** What was stored before, in the deployment and wherever else the inputs may come from. */
  readonly before: readonly StoredInputs[];
}

/** Inputs as they are stored, and what that says. */
export interface StoredInputs {
  readonly stored: DeploymentInputs;
  readonly opened: DeploymentInputs;
}

/** The inputs as the database may hold them. */
export async function sealInputs(
  keyring: KeyRing,
  { id, inputs, isSensitive, before }: ToSeal,
): Promise<DeploymentInputs> {
  const place = inputsPlace(id);
  return {
    config: await sealSensitive(keyring, {
      document: inputs.config,
      isSensitive,
      place,
      before: before.map(({ stored, opened }) => ({ stored: stored.config, opened: opened.config })),
    }),
    valuesOverride: await sealOverride(keyring, { place, override: inputs.valuesOverride, before }),
  };
}

interface OverrideToSeal extends Pick<ToSeal, "before"> {
  readonly place: string;
  readonly override: JsonObject;
}

/** An override may hold anything: it is sealed as a whole, unless it is empty. */
async function sealOverride(
  keyring: KeyRing,
  { place, override, before }: OverrideToSeal,
): Promise<JsonObject> {
  if (Object.keys(override).length === 0) return {};
  const same = before.find(
    ({ stored, opened }) => isSealedJson(stored.valuesOverride) && sameJson(opened.valuesOverride, override),
  );
  return same?.stored.valuesOverride ?? (await sealJson(keyring, override, place));
}

/**
 * An Install, Upgrade or Rollback with the inputs as they are stored. In the account of what changed, an input that was
 * sealed before or is sealed now is told as a whole, without its values.
 */
export function withStoredInputs(
  operation: Operation,
  { before, after }: { readonly before?: DeploymentInputs | undefined; readonly after: DeploymentInputs },
): Operation {
  const { config: configInputs, valuesOverride } = after;
  if (operation.kind === "Install") return { ...operation, configInputs, valuesOverride };
  if (operation.kind !== "Upgrade" && operation.kind !== "Rollback") return operation;
  const { configDelta } = operation;
  const sealed = sealedKeys(before?.config ?? {}, configInputs);
  return {
    ...operation,
    configInputs,
    valuesOverride,
    configDelta: configDelta && withoutSecrets(configDelta, sealed),
  };
}

/** The difference without the values of these inputs. Its paths have dots, and so may the names of inputs. */
function withoutSecrets(delta: JsonDiff, sealed: ReadonlySet<string>): JsonDiff {
  const inputOf = (path: string) =>
    [...sealed].find((input) => path === input || path.startsWith(`${input}.`));
  return Object.fromEntries(
    Object.entries(delta).map(([path, pair]): [string, [Json, Json]] => {
      const input = inputOf(path);
      if (input === undefined) return [path, pair];
      // Only of a whole input is it known that it was not there.
      const told = (value: Json) => (value === null && path === input ? null : SECRET);
      return [input, [told(pair[0]), told(pair[1])]];
    }),
  );
}
