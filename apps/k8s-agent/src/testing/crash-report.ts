import { appendFileSync } from "node:fs";
import { deploymentTasks } from "@platz/db/schema";
import { desc, gt } from "drizzle-orm";
import type { AgentWorld } from "./agent-world.ts";

/** How long a dead agent's task and its clusters stay its own, in seconds, by the settings of a world. */
export const LEASES = { task: 4, cluster: 6 };
/** What the next agent may take beyond that: to look, and to do the work. */
const BEYOND = 5;

/** Where an agent was killed. */
export interface CrashSite {
  readonly kind: string;
  readonly way: string;
  readonly step: string;
}

/** In seconds: how long after the death the task was taken over, and when it had ended. */
export interface Recovery {
  readonly claimed: number;
  readonly seconds: number;
}

/**
 * Of the task of a world that an agent died of at this time, and that has ended since. By the times that the
 * database wrote, so that what the test itself does in between counts for nothing.
 */
export async function recoveryOf({ db }: Pick<AgentWorld, "db">, died: Date): Promise<Recovery> {
  const [task] = await db
    .select()
    .from(deploymentTasks)
    .where(gt(deploymentTasks.attempt, 1))
    .orderBy(desc(deploymentTasks.seq));
  if (!(task?.startedAt && task.finishedAt)) throw new Error("no task was taken over and ended");
  const after = (at: Date) => Math.round((at.getTime() - died.getTime()) / 10) / 100;
  return { claimed: after(task.startedAt), seconds: after(task.finishedAt) };
}

/**
 * Bounds that were exceeded: of the time to the claim, which is the dead agent's longest lease and the look, and of the
 * time from there to the end, which is the work.
 */
export const exceeded = ({ claimed, seconds }: Recovery) => ({
  claim: claimed > LEASES.cluster + BEYOND,
  end: seconds - claimed > LEASES.task + BEYOND,
});

/** Adds to the report of a soak, when there is one. */
export function addToSoak(entry: object): void {
  const report = process.env["PLATZ_CRASH_REPORT"];
  if (report) appendFileSync(report, `${JSON.stringify(entry)}\n`);
}
