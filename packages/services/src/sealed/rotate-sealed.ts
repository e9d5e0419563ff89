import type { Queryable } from "@platz/db";
import { type SealedColumn, type SealedRow, sealedColumns } from "@platz/db/queries/sealed-rows";
import { DeploymentResourceId, type Json, SecretId, sameJson } from "@platz/domain";
import { asSealed, type KeyRing } from "@platz/sealing";
import { inputsPlace } from "../deployment/sealed-inputs.ts";
import { propsPlace } from "../deployment-resource/type-spec.ts";
import { signingKeyPlace } from "../identity/signing-key-store.ts";
import { secretPlace } from "../secret/secret-place.ts";
import { resealJson } from "./sealed-json.ts";

export interface RotationDependencies {
  readonly db: Queryable;
  /** With the new key first, and the old ones still in it. */
  readonly keyring: KeyRing;
}

type Table = keyof typeof sealedColumns;

const ROWS_AT_ONCE = 200;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** How the content of a row of each table is sealed by the present key. */
const reseal: Readonly<Record<Table, (keyring: KeyRing, row: SealedRow) => Promise<Json>>> = {
  secrets: (keyring, { id, content }) => resealText(keyring, content, secretPlace(SecretId.parse(id))),
  signing_keys: (keyring, { id, content }) => resealText(keyring, content, signingKeyPlace(id)),
  deployment_resources: (keyring, { id, content }) =>
    resealJson(keyring, content, propsPlace(DeploymentResourceId.parse(id))),
  deployments: resealInputs,
  deployment_tasks: resealInputs,
};

/**
 * Seals with the present key whatever an older one sealed, so that the older one can be taken out of the ring. It can be
 * broken off and begun again, and runs beside everything else: what somebody writes meanwhile is never overwritten, and
 * looked at again. Tells how many rows of each table were sealed anew.
 * Throws a `SealingError` for a value whose key is not in the ring.
 */
export async function rotateSealed({ db, keyring }: RotationDependencies): Promise<Record<Table, number>> {
  const counts = {
    secrets: 0,
    signing_keys: 0,
    deployments: 0,
    deployment_resources: 0,
    deployment_tasks: 0,
  };
  // What others wrote meanwhile may hold what the old key sealed, as tasks are made of deployments: until none is found.
  while (await rotateOnce({ db, keyring }, counts));
  return counts;
}

/** Goes through everything once. Whether there was something that an older key had sealed. */
async function rotateOnce(
  { db, keyring }: RotationDependencies,
  counts: Record<Table, number>,
): Promise<boolean> {
  let found = false;
  for (const table of Object.keys(sealedColumns) as Table[]) {
    for await (const row of rowsOf(db, sealedColumns[table])) {
      const content = await reseal[table](keyring, row);
      if (sameJson(content, row.content)) continue;
      found = true;
      if (await sealedColumns[table].replace(db, row, content)) counts[table] += 1;
    }
  }
  return found;
}

async function* rowsOf(db: Queryable, column: SealedColumn): AsyncGenerator<SealedRow> {
  for (let afterId = BEFORE_ALL; ; ) {
    const rows = await column.page(db, afterId, ROWS_AT_ONCE);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    afterId = last.id;
  }
}

async function resealText(keyring: KeyRing, content: Json, place: string): Promise<Json> {
  const sealed = asSealed(String(content));
  return keyring.needsRotation(sealed)
    ? await keyring.seal(await keyring.open(sealed, place), place)
    : sealed;
}

async function resealInputs(keyring: KeyRing, { deploymentId, content }: SealedRow): Promise<Json> {
  if (deploymentId === null) return content;
  return await resealJson(keyring, content, inputsPlace(deploymentId));
}
