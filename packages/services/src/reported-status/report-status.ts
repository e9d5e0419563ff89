import { StatusDocument } from "@platz/chart-ext";
import { hasReportedStatus, lockReportedStatus, setReportedStatus } from "@platz/db/queries/reported-status";
import { deleteOldStatusChanges, insertStatusChange } from "@platz/db/queries/status-changes";
import { type DeploymentId, type ReportedStatus, type StatusChange, sameJson } from "@platz/domain";
import type { ServiceDatabase } from "../context.ts";

/** What is kept of the past of each deployment: no more changes, and none that is older. */
const CHANGES_MAX = 200;
const DAYS_MAX = 90;

const NOTICES_MAX = 10;
const TEXT_MAX = 500;

/**
 * Stores what a deployment reports, `null` when it is not asked any more, and notes it as a change when a person would
 * see a difference. Writes nothing when it says what is stored already: a newer time alone is no news.
 */
export async function reportStatus(
  db: ServiceDatabase,
  id: DeploymentId,
  reported: ReportedStatus | null,
): Promise<void> {
  await db.transaction(async (db) => {
    const stored = await lockReportedStatus(db, id);
    if (stored === undefined || isSameReport(stored.reportedStatus, reported)) return;
    await setReportedStatus(db, id, reported);
    const change = shownOf(reported);
    if (sameJson(headline(shownOf(stored.reportedStatus)), headline(change))) return;
    await insertStatusChange(db, { ...change, deploymentId: id }, { keep: CHANGES_MAX });
  });
}

/** Removes the status of a deployment that is not asked any more. Costs one look when there is none. */
export async function clearStatus(db: ServiceDatabase, id: DeploymentId): Promise<void> {
  if (await hasReportedStatus(db, id)) await reportStatus(db, id, null);
}

/** Whether two reports say the same. */
export function isSameReport(one: ReportedStatus | null, other: ReportedStatus | null): boolean {
  if (one === null || other === null) return one === other;
  return sameJson({ ...one, timestamp: "" }, { ...other, timestamp: "" });
}

/** Forgets changes that are too old; answers how many. */
export async function forgetOldStatusChanges(db: ServiceDatabase): Promise<number> {
  return await deleteOldStatusChanges(db, DAYS_MAX);
}

type Shown = Pick<StatusChange, "name" | "color" | "error" | "notices">;

/** What a list of changes shows of a report. */
function shownOf(reported: ReportedStatus | null): Shown {
  const nothing = { name: null, color: null, error: null, notices: [] };
  if (reported === null) return nothing;
  const { data } = StatusDocument.safeParse(reported.content);
  if (data === undefined) return { ...nothing, error: shortened(reported.error ?? "No status is known.") };
  const notices = data.notices.slice(0, NOTICES_MAX);
  return {
    name: shortened(data.status.name),
    color: data.status.color,
    error: null,
    notices: notices.map(({ level, text }) => ({ level, text: shortened(text) })),
  };
}

/** What has to differ for a change: texts of notices often hold numbers that never stand still. */
function headline({ notices, ...rest }: Shown) {
  return { ...rest, levels: [...new Set(notices.map(({ level }) => level))].sort() };
}

function shortened(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX).toWellFormed()}…`;
}
