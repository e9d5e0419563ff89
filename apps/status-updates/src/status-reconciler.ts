import type { OutgoingSigner } from "@platz/auth";
import type { ClusterId, DeploymentId, ReportedStatus } from "@platz/domain";
import { type Egress, EgressError } from "@platz/egress";
import {
  clearStatus,
  findStatusTarget,
  isSameReport,
  reportStatus,
  type ServiceDatabase,
  type StatusTarget,
} from "@platz/services";
import { after, done, type Outcome, type Reconciler } from "@platz/worker";
import { askInterval } from "./ask-interval.ts";
import type { Places } from "./places.ts";
import { type Answer, readAnswer } from "./read-answer.ts";

export interface StatusReconcilerDependencies {
  readonly db: ServiceDatabase;
  readonly egress: Egress;
  /** The headers by which an application knows that it is us who ask. */
  readonly sign: OutgoingSigner;
  /** No deployment is asked more often, whatever its chart says. In ms. */
  readonly intervalMinMs: number;
  /** Deployments of one cluster that are asked at once, at most. */
  readonly places: Places<ClusterId, DeploymentId>;
  /** Between 0 and 1; spreads those that were asked together. */
  readonly random?: () => number;
}

const TIMEOUT_MS = 10_000;
const BYTES_MAX = 1024 * 1024;

interface Asking {
  readonly target: StatusTarget;
  readonly signal: AbortSignal;
}

/** What is remembered of the last question. Another state makes it void, and with it the failures. */
interface Asked {
  readonly state: string;
  readonly failures: number;
  /** By the monotonic clock. */
  readonly dueAt: number;
}

/**
 * Keeps the reported status of one deployment up to date (workers spec 6): asks at once when it has changed, then at
 * its interval, however often it is reconciled in between; and clears what is left when it is not to be asked. Answers
 * that say nothing new are not written.
 */
export function statusReconciler(deps: StatusReconcilerDependencies): Reconciler<DeploymentId> {
  const { db, intervalMinMs, places, random = Math.random } = deps;
  const asked = new Map<DeploymentId, Asked>();

  async function update(id: DeploymentId, signal: AbortSignal): Promise<Outcome> {
    const target = await findStatusTarget(db, id);
    if (target === undefined) {
      asked.delete(id);
      await clearStatus(db, id);
      return done;
    }
    const last = asked.get(id);
    const known = last?.state === target.state ? last : undefined;
    const remainingMs = known === undefined ? 0 : known.dueAt - performance.now();
    if (remainingMs > 0) return after(remainingMs);
    // Woken as soon as another of the cluster is through; waiting here would hold up the other clusters.
    if (!places.enter(id, target.clusterId)) return done;
    const next = await question(id, { target, signal, failuresBefore: known?.failures ?? 0 });
    asked.set(id, next);
    return after(Math.max(next.dueAt - performance.now(), 0));
  }

  async function question(
    id: DeploymentId,
    { failuresBefore, ...asking }: Asking & { readonly failuresBefore: number },
  ): Promise<Asked> {
    const { reported, refreshMs, state } = asking.target;
    const askedAt = performance.now();
    const answer = await ask(deps, id, asking);
    const report = reportOf(answer);
    if (!isSameReport(reported, report)) await reportStatus(db, id, report);
    const failures = "document" in answer ? 0 : failuresBefore + 1;
    const dueAt = askedAt + askInterval({ refreshMs, intervalMinMs, failures, random: random() });
    return { state, failures, dueAt };
  }

  return {
    name: "status",
    async reconcile(id, signal) {
      try {
        return await update(id, signal);
      } finally {
        places.leave(id);
      }
    },
  };
}

async function ask(
  { egress, sign }: StatusReconcilerDependencies,
  id: DeploymentId,
  { target: { address }, signal }: Asking,
): Promise<Answer> {
  if ("problem" in address) return address;
  try {
    const request = { method: "GET", url: address.url } as const;
    return readAnswer(
      await egress.request({
        ...request,
        headers: { ...(await sign(id, request)), accept: "application/json" },
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
function reportOf(answer: Answer): ReportedStatus {
  const timestamp = new Date().toISOString();
  return "document" in answer
    ? { timestamp, get_successful: true, content: answer.document, error: null }
    : { timestamp, get_successful: false, content: null, error: answer.problem };
}
