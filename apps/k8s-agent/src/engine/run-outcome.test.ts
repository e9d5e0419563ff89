import { expect, test } from "bun:test";
import { Invalid, NothingChanged, OperationFailed, Unavailable } from "@platz/domain";
import { KubernetesError } from "@platz/kubernetes";
import { RegistryError } from "@platz/oci";
import { Interrupted, outcomeOf, type RunOutcome } from "./run-outcome.ts";

const failed = (reason: string): RunOutcome => ({ kind: "end", end: { status: "Failed", reason } });
const again = (reason: string, retryAfterMs?: number): RunOutcome =>
  retryAfterMs === undefined ? { kind: "again", reason } : { kind: "again", reason, retryAfterMs };

test.each<[string, unknown, RunOutcome]>([
  ["the work failed", new OperationFailed("No."), failed("No.")],
  ["it may not be done", new Invalid("No."), failed("No.")],
  ["nothing was changed", new NothingChanged("Later.", { retryAfterMs: 7 }), again("Later.", 7)],
  ["a part of ours is away", new Unavailable("Later."), again("Later.")],
  ["the cluster cannot be reached", new KubernetesError("Gone.", 0), again("Gone.")],
  ["the cluster is overloaded", new KubernetesError("Slow.", 429, { retryAfterMs: 9 }), again("Slow.", 9)],
  ["the cluster has a fault", new KubernetesError("Odd.", 500), again("Odd.")],
  ["the cluster forbids it", new KubernetesError("Forbidden.", 403), failed("Forbidden.")],
  ["the registry is away", new RegistryError("unreachable", "Away."), again("Away.")],
  [
    "the registry is busy",
    new RegistryError("rate-limited", "Busy.", { retryAfterMs: 5 }),
    again("Busy.", 5),
  ],
  ["the chart is not there", new RegistryError("not-found", "None."), failed("None.")],
  [
    "the database is away",
    Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
    again("The database could not be reached."),
  ],
  ["somebody else owns the task", new Interrupted("lost", "Lost."), { kind: "lost" }],
  ["the agent stops", new Interrupted("stopping", "Over."), { kind: "hand-over", reason: "Over." }],
  [
    "somebody canceled it",
    new Interrupted("canceled", "Off."),
    { kind: "end", end: { status: "Canceled", reason: "Off." } },
  ],
  ["it took too long", new Interrupted("timeout", "Late."), failed("Late.")],
])("a run that ended because %s has the right consequence", (_, error, consequence) => {
  expect(outcomeOf(error)).toEqual(consequence);
});

test("a fault of ours is tried again, with nothing of it in the reason", () => {
  const error = new TypeError("password=hunter2");
  const outcome = outcomeOf(error);
  expect(outcome).toMatchObject({ kind: "again", cause: error });
  expect(JSON.stringify({ ...outcome, cause: undefined })).not.toContain("hunter2");
});
