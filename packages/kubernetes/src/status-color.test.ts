import { expect, test } from "bun:test";
import { statusColor } from "./status-color.ts";

const deployment = (status: unknown) => statusColor("Deployment", { status });

test("each replica has a colour, as the spec says for its kind", () => {
  expect(deployment({ availableReplicas: 2, unavailableReplicas: 1 })).toEqual([
    "Success",
    "Success",
    "Danger",
  ]);
  expect(statusColor("StatefulSet", { status: { replicas: 3, readyReplicas: 1 } })).toEqual([
    "Success",
    "Danger",
    "Danger",
  ]);
  expect(statusColor("Job", { status: { active: 1, succeeded: 1, failed: 1 } })).toEqual([
    "Primary",
    "Success",
    "Danger",
  ]);
});

test("a pod that runs without being ready is no success", () => {
  const pod = (ready: string) =>
    statusColor("Pod", { status: { phase: "Running", conditions: [{ type: "Ready", status: ready }] } });
  expect([pod("True"), pod("False")]).toEqual([["Success"], ["Warning"]]);
  expect(statusColor("Pod", { status: { phase: "Pending" } })).toEqual(["Primary"]);
});

test("more ready than wanted replicas make no negative number of dots", () => {
  expect(statusColor("StatefulSet", { status: { replicas: 1, readyReplicas: 3 } })).toEqual([
    "Success",
    "Success",
    "Success",
  ]);
  expect(deployment({ availableReplicas: -4, unavailableReplicas: 1 })).toEqual(["Danger"]);
});

test("absurd numbers make at most 100 dots, among which the few that fail are still seen", () => {
  for (const absurd of [101, 5_000, 1e308, Number.POSITIVE_INFINITY]) {
    const colors = deployment({ availableReplicas: absurd, unavailableReplicas: 1 });
    expect(colors.length).toBeLessThanOrEqual(100);
    expect(new Set(deployment({ availableReplicas: 5_000, unavailableReplicas: 1 }))).toEqual(
      new Set(["Success", "Danger"]),
    );
  }
});

test("an object without a status, or with one that makes no sense, has no dots", () => {
  for (const object of [
    undefined,
    null,
    7,
    {},
    { status: null },
    { status: "up" },
    { status: { availableReplicas: "3" } },
  ]) {
    expect(statusColor("Deployment", object)).toEqual([]);
  }
});
