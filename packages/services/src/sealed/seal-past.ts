import type { Queryable } from "@platz/db";
import { setDeploymentConfidential } from "@platz/db/queries/confidential-deployments";
import {
  findStoredForm,
  keepSealedPast,
  listEntriesOf,
  listGoneDeployments,
  listTasksWithInputs,
  lockDeploymentsAfter,
  redactEntry,
  takeSealedPast,
} from "@platz/db/queries/past-secrets";
import { sealedColumns } from "@platz/db/queries/sealed-rows";
import { type Deployment, DeploymentTaskId, type HelmChartId, type Json } from "@platz/domain";
import { type KeyRing, SealingError } from "@platz/sealing";
import { z } from "zod";
import { halfHiddenTexts, redactedChanges } from "../audit/redacted-changes.ts";
import type { ServiceDatabase, ServiceLog } from "../context.ts";
import { holdsSecrets } from "../deployment/sealed-inputs.ts";
import { sensitiveInputsOf } from "../deployment/sensitive-inputs.ts";
import { InputsReplay } from "./replay-inputs.ts";
import type { IsSensitive } from "./seal-sensitive.ts";

const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";
const AT_ONCE = 25;

const Counts = z.object({
  deployments: z.int().default(0),
  tasks: z.int().default(0),
  auditEntries: z.int().default(0),
});
/** How many rows held a secret in the open. */
export type SealedPast = z.output<typeof Counts>;

const Progress = z.object({
  phase: z.enum(["deployments", "gone", "done"]).default("deployments"),
  afterId: z.string().default(BEFORE_ALL),
  /** Whether something could not be opened: then all of it is looked at again at the next start. */
  isIncomplete: z.boolean().default(false),
  counts: Counts.default({ deployments: 0, tasks: 0, auditEntries: 0 }),
});
type Progress = z.output<typeof Progress>;

interface Dependencies {
  readonly db: ServiceDatabase;
  readonly keyring: KeyRing;
  readonly log: ServiceLog;
}

/**
 * Seals and redacts what was written in the open by versions of Platz that went by the newest form alone: a secret that
 * the chart's next version did not call one. Done once for a database, a piece at a time, each in a transaction with how
 * far it came: it can be broken off, and processes that do it at the same time take turns. Answers how many rows there
 * were; nothing when it was done before.
 */
export async function sealPast(
  dependencies: Dependencies,
  { signal, again = false }: { readonly signal?: AbortSignal; readonly again?: boolean } = {},
): Promise<SealedPast | undefined> {
  const { db, log } = dependencies;
  let isFirst = true;
  while (!signal?.aborted) {
    const { before, after } = await db.transaction(async (tx) => {
      const kept = Progress.parse((await takeSealedPast(tx)) ?? {});
      const before = isFirst && (again || kept.isIncomplete) ? Progress.parse({}) : kept;
      if (before.phase === "done") return { before, after: before };
      const after = await piece({ ...dependencies, db: tx }, before);
      await keepSealedPast(tx, after as Json);
      return { before, after };
    });
    if (before.phase === "done") return undefined;
    isFirst = false;
    if (after.phase !== "done") continue;
    log.info(
      { ...after.counts },
      "secrets that stood in the open are sealed, and taken out of the audit log",
    );
    return after.counts;
  }
  return undefined;
}

type Piece = Omit<Dependencies, "db"> & { readonly db: Queryable };

async function piece(dependencies: Piece, progress: Progress): Promise<Progress> {
  const { db } = dependencies;
  const counts = { ...progress.counts };
  let { isIncomplete } = progress;
  if (progress.phase === "deployments") {
    const deployments = await lockDeploymentsAfter(db, progress.afterId, AT_ONCE);
    for (const deployment of deployments) {
      const found = await sealDeployment(dependencies, deployment);
      isIncomplete ||= found === undefined;
      for (const name of Object.keys(counts) as (keyof SealedPast)[]) counts[name] += found?.[name] ?? 0;
    }
    const afterId = deployments.at(-1)?.id;
    if (afterId !== undefined) return { ...progress, isIncomplete, counts, afterId };
    return { ...progress, phase: "gone", afterId: BEFORE_ALL };
  }
  const gone = await listGoneDeployments(db, progress.afterId, AT_ONCE);
  for (const id of gone) counts.auditEntries += await redactGone(db, id);
  const afterId = gone.at(-1);
  if (afterId !== undefined) return { ...progress, counts, afterId };
  return { ...progress, phase: "done" };
}

type Stored = Pick<Deployment, "id" | "helmChartId" | "config" | "valuesOverride">;

/** Nothing when something of it cannot be opened. */
async function sealDeployment(
  { db, keyring, log }: Piece,
  deployment: Stored,
): Promise<SealedPast | undefined> {
  const { id } = deployment;
  const replay = new InputsReplay(keyring, id);
  const isSensitiveIn = formsOf(db);
  const counts = { deployments: 0, tasks: 0, auditEntries: 0 };
  try {
    const tasks = await listTasksWithInputs(db, id);
    for (const task of tasks) {
      const isSensitive =
        "helmChartId" in task.operation ? await isSensitiveIn(task.operation.helmChartId) : () => false;
      const operation = await replay.operation(task, isSensitive);
      if (operation === task.operation) continue;
      const row = { id: DeploymentTaskId.parse(task.id), deploymentId: id, content: task.operation as Json };
      await sealedColumns.deployment_tasks.replace(db, row, operation as Json);
      counts.tasks += 1;
    }
    const stored = { config: deployment.config, valuesOverride: deployment.valuesOverride };
    const toStore = await replay.inputs(stored, await isSensitiveIn(deployment.helmChartId));
    if (toStore !== stored) {
      await sealedColumns.deployments.replace(db, { id, deploymentId: id, content: stored }, toStore as Json);
      counts.deployments += 1;
    }
    if (counts.tasks > 0 || holdsSecrets(toStore)) await setDeploymentConfidential(db, id);
    if (counts.tasks + counts.deployments > 0) {
      const entityIds = [id, ...tasks.map((task) => task.id)];
      counts.auditEntries += await redact(db, entityIds, replay.leaked);
    }
    return counts;
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    log.warn(
      { deployment: id, error },
      "inputs of a deployment cannot be opened: put the missing key into PLATZ_ENCRYPTION_KEYS",
    );
    return undefined;
  }
}

function formsOf(db: Queryable): (id: HelmChartId) => Promise<IsSensitive> {
  const known = new Map<HelmChartId, IsSensitive>();
  return async (id) => {
    const isSensitive = known.get(id) ?? sensitiveInputsOf(await findStoredForm(db, id));
    known.set(id, isSensitive);
    return isSensitive;
  };
}

async function redact(
  db: Queryable,
  entityIds: readonly string[],
  texts: ReadonlySet<string>,
): Promise<number> {
  let count = 0;
  for (const entry of await listEntriesOf(db, entityIds)) {
    if (entry.changes === null) continue;
    const changes = redactedChanges(entry.changes, texts);
    if (changes === entry.changes) continue;
    await redactEntry(db, { ...entry, changes });
    count += 1;
  }
  return count;
}

/** Of a deployment that is gone, only the log itself can tell what was a secret: what it hides on one side of a change. */
async function redactGone(db: Queryable, id: string): Promise<number> {
  const entries = await listEntriesOf(db, [id]);
  const texts = entries.flatMap(({ changes }) => (changes === null ? [] : halfHiddenTexts(changes)));
  return texts.length === 0 ? 0 : await redact(db, [id], new Set(texts));
}
