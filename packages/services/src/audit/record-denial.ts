import { createHash } from "node:crypto";
import type { Queryable } from "@platz/db";
import type { NewAuditEntry } from "@platz/db/queries/audit-log";
import { countDenial, findEnvOf } from "@platz/db/queries/denials";
import type { EnvId } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { actorFields } from "./actor-fields.ts";

/** How many different denials of one caller are told apart within an hour. */
const DENIALS_MAX = 100;

const HOUR_MS = 3_600_000;
const REASON_OF_REST = `More than ${DENIALS_MAX} different things were refused within the hour: the rest is counted here.`;

/** What was refused, as far as it is known. */
export interface Denial {
  readonly reason: string;
  /** Ids of what it was about, the most telling one first: the env of the first that is in one may read of it. */
  readonly about?: readonly string[] | undefined;
}

/**
 * Notes in the audit log that somebody was refused, and why. The refused work itself has been rolled back. Equal denials
 * of one hour are one entry with a count. The caller's answer stays what it is when the log cannot be written.
 */
export async function noteDenial(context: ServiceContext, { reason, about = [] }: Denial): Promise<void> {
  const { db, identity, log, origin, now } = context;
  try {
    const entry = { ...actorFields(context), ...nothingDone, reason, envId: await envOf(db, about) };
    await recordDenial(db, { caller: identity.id, entry, now: now() });
  } catch (error) {
    log?.warn({ error, action: origin?.action }, "a denial could not be recorded");
  }
}

/** That nothing was changed, as an entry says it. */
export const nothingDone = {
  outcome: "Denied",
  entity: null,
  entityId: null,
  entityLabel: null,
  envId: null,
  version: null,
  changes: null,
} as const;

/** Writes a denial of a caller, or counts it. `caller` tells whose hundred denials an hour it is one of. */
export async function recordDenial(
  db: Queryable,
  { caller, entry, now }: { readonly caller: string; readonly entry: NewAuditEntry; readonly now: Date },
): Promise<void> {
  const { actorLabel, action, reason, address } = entry;
  const same = JSON.stringify([actorLabel, action, reason, address]);
  await countDenial(db, {
    entry,
    openFor: `${Math.floor(now.getTime() / HOUR_MS)} ${caller}`,
    openKey: createHash("sha256").update(same).digest("base64url"),
    most: DENIALS_MAX,
    reasonOfRest: REASON_OF_REST,
  });
}

async function envOf(db: Queryable, ids: readonly string[]): Promise<EnvId | null> {
  for (const id of ids) {
    const envId = await findEnvOf(db, id);
    if (envId !== null) return envId;
  }
  return null;
}
