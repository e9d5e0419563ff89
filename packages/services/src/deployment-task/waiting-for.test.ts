import { expect, test } from "bun:test";
import { type WaitingFacts, waitingFor } from "./waiting-for.ts";

const now = new Date("2026-03-01T12:00:00Z");
const later = new Date("2026-03-01T12:05:00Z");
const earlier = new Date("2026-03-01T11:00:00Z");

const task = {
  status: "Pending",
  executeAt: earlier,
  attempt: 0,
  reason: null,
  cancelRequestedAt: null,
} as const;
const cluster = {
  name: "blue",
  ignore: false,
  isOk: true,
  notOkReason: null,
  notOkSince: null,
  nextTryAt: null,
  leaseExpiresAt: later,
};
const facts: WaitingFacts = { task, ahead: undefined, cluster, now };
const ahead = {
  operation: { kind: "Uninstall" },
  status: "Started",
  actorLabel: "Ada",
  createdAt: earlier,
} as const;

const table: readonly [string, Partial<WaitingFacts>, string | null][] = [
  ["it runs", { task: { ...task, status: "Started" } }, null],
  ["it has ended", { task: { ...task, status: "Done" } }, null],
  ["it is next", {}, "It is next and starts as soon as an agent has room."],
  [
    "another task of the deployment runs",
    { ahead },
    "It waits for the Uninstall that Ada asked for at 2026-03-01 11:00:00 UTC, which is running.",
  ],
  [
    "another task of the deployment waits",
    { ahead: { ...ahead, status: "Pending" } },
    "It waits for the Uninstall that Ada asked for at 2026-03-01 11:00:00 UTC, which is waiting itself.",
  ],
  [
    "the cluster cannot be reached",
    { cluster: { ...cluster, isOk: false, notOkReason: "timed out", notOkSince: earlier, nextTryAt: later } },
    "The cluster blue cannot be reached since 2026-03-01 11:00:00 UTC (timed out); it is tried again at 2026-03-01 12:05:00 UTC.",
  ],
  [
    "the cluster is not in use",
    { cluster: { ...cluster, ignore: true } },
    "It waits until a site admin puts the cluster blue to use.",
  ],
  [
    "no agent has the cluster",
    { cluster: { ...cluster, leaseExpiresAt: earlier } },
    "No agent works for the cluster blue at the moment.",
  ],
  ["the cluster is gone", { cluster: undefined }, "Its cluster is gone: cancel it."],
  [
    "an attempt changed nothing",
    { task: { ...task, executeAt: later, attempt: 2, reason: "The registry answered 429." } },
    "It is tried again at 2026-03-01 12:05:00 UTC: The registry answered 429.",
  ],
  ["it is planned", { task: { ...task, executeAt: later } }, "It is planned for 2026-03-01 12:05:00 UTC."],
];

test.each(table)("a person is told why a task waits when %s", (_, changed, sentence) => {
  expect(waitingFor({ ...facts, ...changed })).toBe(sentence);
});
