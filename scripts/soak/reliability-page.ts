import { cpus, totalmem } from "node:os";
import { percentile } from "../bench/figures.ts";
import type { Crash, SoakReport } from "./soak-report.ts";

interface Soak {
  readonly count: number;
  readonly seed: number;
  readonly failedRuns: number;
}

/** docs/reliability.md: what was killed, how often, and what became of it. */
export function reliabilityPage({ crashes, races }: SoakReport, { count, seed, failedRuns }: Soak): string {
  const groups = Map.groupBy(crashes, ({ kind, way }) => `${kind}|${way}`);
  const [cpu] = cpus();
  return `# Reliability

Written by \`npm run test:soak -- --count ${count} --seed ${seed}\`; do not edit. ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB.

An agent is killed with SIGKILL exactly at a named step of an operation, on a real control plane with real Helm, and another
one is started. The task has to end, once, with the cluster and the database in the right state. ${crashes.length} kills;
runs of the whole in which anything was otherwise: ${failedRuns} of ${count}.

Seconds are from the death: to the next agent's claim, which waits for the leases of the dead one (4 s; of its clusters, 6 s),
and to the task's end. A run fails when a claim comes more than 5 s after the leases, or an end more than a task's lease and
5 s after its claim. Where a namespace is removed, Kubernetes takes 5 s for that alone.

| operation | Helm as | killed at | times | claimed, most | ended, p50 | p95 | most |
| --- | --- | --- | --- | --- | --- | --- | --- |
${[...groups.values()].map(row).sort().join("\n")}

Three agents on one database are killed and paused (SIGSTOP for longer than a lease, then SIGCONT) at random while they
work off tasks of 20 deployments on 5 clusters. Doubled are tasks of which a second end was written.

| seed | tasks | kills | pauses | lost | stuck | doubled | overlapping | out of order | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${races.map((race) => `| ${[race.seed, race.tasks, race.kills, race.pauses, race.lost, race.stuck, race.doubled, race.overlapping, race.outOfOrder, race.seconds].join(" | ")} |`).join("\n")}
`;
}

function row(crashes: readonly Crash[]): string {
  const [{ kind, way } = { kind: "", way: "" }] = crashes;
  const seconds = crashes.map((crash) => crash.seconds);
  const claimed = Math.max(...crashes.map((crash) => crash.claimed));
  const steps = [...new Set(crashes.map(({ step }) => step))].join(", ");
  const at = (part: number) => percentile(seconds, part).toFixed(1);
  return `| ${kind} | ${way} | ${steps} | ${crashes.length} | ${claimed.toFixed(1)} | ${at(0.5)} | ${at(0.95)} | ${Math.max(...seconds).toFixed(1)} |`;
}
