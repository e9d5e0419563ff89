import type { OutgoingSigner } from "@platz/auth";
import { clearReportedStatus, saveReportedStatus } from "@platz/db/queries/reported-status";
import type { DeploymentId, ReportedStatus } from "@platz/domain";
import { type Egress, EgressError } from "@platz/egress";
import { findStatusTarget, type ServiceDatabase, type StatusTarget } from "@platz/services";
import { after, done, type Reconciler } from "@platz/worker";
import { type Answer, readAnswer } from "./read-answer.ts";

export interface StatusReconcilerDependencies {
  readonly db: ServiceDatabase;
  readonly egress: Egress;
  /** The headers by which an application knows that it is us who ask. */
  readonly sign: OutgoingSigner;
  /** No deployment is asked more often, whatever its chart says. In ms. */
  readonly intervalMinMs: number;
  /** Between 0 and 1; spreads those that were asked together. */
  readonly random?: () => number;
}

const TIMEOUT_MS = 10_000;
const BYTES_MAX = 1024 * 1024;
/** Far below what a timer can hold. */
const INTERVAL_MAX_MS = 24 * 60 * 60 * 1000;
const JITTER = 0.1;

/**
 * Keeps the reported status of one deployment up to date (workers spec 6): asks at once when it has changed, then at
 * its interval, however often it is reconciled in between; and clears what is left when it is not to be asked.
 */
export function statusReconciler(deps: StatusReconcilerDependencies): Reconciler<DeploymentId> {
  const { db, intervalMinMs, random = Math.random } = deps;
  /** What was asked last, and when it is due again by the monotonic clock. */
  const asked = new Map<DeploymentId, { readonly state: string; readonly dueAt: number }>();
  return {
    name: "status",
    async reconcile(id, signal) {
      const target = await findStatusTarget(db, id);
      if (target === undefined) {
        asked.delete(id);
        await clearReportedStatus(db, id);
        return done;
      }
      const last = asked.get(id);
      const remainingMs = last?.state === target.state ? last.dueAt - performance.now() : 0;
      if (remainingMs > 0) return after(remainingMs);
      const wantedMs = Math.min(Math.max(target.refreshMs, intervalMinMs), INTERVAL_MAX_MS);
      const intervalMs = wantedMs * (1 + JITTER * random());
      const dueAt = performance.now() + intervalMs;
      await saveReportedStatus(db, id, reported(await ask(deps, id, { target, signal })));
      asked.set(id, { state: target.state, dueAt });
      return after(Math.max(dueAt - performance.now(), 0));
    },
  };
}

async function ask(
  { egress, sign }: StatusReconcilerDependencies,
  id: DeploymentId,
  { target: { address }, signal }: { readonly target: StatusTarget; readonly signal: AbortSignal },
): Promise<Answer> {
  if ("problem" in address) return address;
  try {
    return readAnswer(
      await egress.request({
        method: "GET",
        url: address.url,
        headers: { ...(await sign(id, address.url)), accept: "application/json" },
        timeoutMs: TIMEOUT_MS,
        maxBytes: BYTES_MAX,
        signal,
      }),
    );
  } catch (error) {
    if (error instanceof EgressError) return { problem: error.message };
    throw error;
  }
}

/** An answer in the stored shape (workers spec 6.2). */
function reported(answer: Answer): ReportedStatus {
  const timestamp = new Date().toISOString();
  return "document" in answer
    ? { timestamp, get_successful: true, content: answer.document, error: null }
    : { timestamp, get_successful: false, content: null, error: answer.problem };
}
