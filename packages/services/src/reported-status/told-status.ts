import { StatusDocument } from "@platz/chart-ext";
import type { ReportedStatus, StatusChange } from "@platz/domain";
import { toldReason } from "../access/may-read-details.ts";

/** A report as its reader may see it: of one that is kept back, the status itself and none of what is said with it. */
export function toldStatus(reported: ReportedStatus | null, isKeptBack: boolean): ReportedStatus | null {
  if (reported === null || !isKeptBack) return reported;
  const { data } = StatusDocument.safeParse(reported.content);
  return {
    ...reported,
    content: data === undefined ? null : { status: { ...data.status } },
    error: toldReason(reported.error, true),
  };
}

/** A change of status as its reader may see it. */
export function toldChange(change: StatusChange, isKeptBack: boolean): StatusChange {
  if (!isKeptBack) return change;
  return { ...change, error: toldReason(change.error, true), notices: [] };
}
