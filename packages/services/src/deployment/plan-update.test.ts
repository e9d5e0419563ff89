import { expect, test } from "bun:test";
import { ClusterId, HelmChartId, type OperationKind } from "@platz/domain";
import { type Planned, planUpdate } from "./plan-update.ts";

const here = ClusterId.parse("00000000-0000-4000-8000-000000000001");
const there = ClusterId.parse("00000000-0000-4000-8000-000000000002");
const chart = HelmChartId.parse("00000000-0000-4000-8000-000000000003");
const newer = HelmChartId.parse("00000000-0000-4000-8000-000000000004");

const on: Planned = {
  enabled: true,
  name: "eve",
  clusterId: here,
  namespace: "shop-eve",
  helmChartId: chart,
  config: { size: 1, deep: { a: [1] } },
  valuesOverride: {},
};
const off: Planned = { ...on, enabled: false };
const renamed = { name: "ann", namespace: "shop-ann" };

interface Row {
  readonly edit: string;
  readonly before: Planned;
  readonly after: Partial<Planned>;
  readonly tasks: readonly OperationKind[];
  /** Whether dependants are reinstalled: always, never, or as the chart wishes. */
  readonly dependants: boolean | "as the chart wishes";
}

const table: readonly Row[] = [
  { edit: "enable", before: off, after: { enabled: true }, tasks: ["Install"], dependants: true },
  {
    edit: "enable and rename",
    before: off,
    after: { enabled: true, ...renamed },
    tasks: ["Install"],
    dependants: true,
  },
  { edit: "rename", before: on, after: renamed, tasks: ["Recreate", "Upgrade"], dependants: true },
  { edit: "move", before: on, after: { clusterId: there }, tasks: ["Recreate", "Upgrade"], dependants: true },
  {
    edit: "rename and change inputs",
    before: on,
    after: { ...renamed, config: { size: 2 } },
    tasks: ["Recreate", "Upgrade"],
    dependants: true,
  },
  {
    edit: "change inputs",
    before: on,
    after: { config: { size: 2 } },
    tasks: ["Upgrade"],
    dependants: "as the chart wishes",
  },
  {
    edit: "change an input deep inside",
    before: on,
    after: { config: { size: 1, deep: { a: [2] } } },
    tasks: ["Upgrade"],
    dependants: "as the chart wishes",
  },
  {
    edit: "change the chart",
    before: on,
    after: { helmChartId: newer },
    tasks: ["Upgrade"],
    dependants: "as the chart wishes",
  },
  {
    edit: "change the override",
    before: on,
    after: { valuesOverride: { a: 1 } },
    tasks: ["Upgrade"],
    dependants: "as the chart wishes",
  },
  {
    edit: "send the same inputs in another order",
    before: on,
    after: { config: { deep: { a: [1] }, size: 1 } },
    tasks: [],
    dependants: false,
  },
  { edit: "change nothing that matters", before: on, after: {}, tasks: [], dependants: false },
  { edit: "disable", before: on, after: { enabled: false }, tasks: ["Uninstall"], dependants: false },
  {
    edit: "disable, rename and move at once",
    before: on,
    after: { enabled: false, clusterId: there, ...renamed },
    tasks: ["Uninstall"],
    dependants: false,
  },
  {
    edit: "edit while disabled",
    before: off,
    after: { config: { size: 2 }, ...renamed },
    tasks: [],
    dependants: false,
  },
];

for (const { edit, before, after, tasks, dependants } of table) {
  for (const wish of [true, false]) {
    test(`to ${edit} asks for ${tasks.join(" and ") || "nothing"} (chart wishes dependants reinstalled: ${wish})`, () => {
      const plan = planUpdate(before, { ...before, ...after }, wish);
      expect(plan.tasks.map(({ operation }) => operation.kind)).toEqual([...tasks]);
      expect(plan.reinstallDependants).toBe(dependants === "as the chart wishes" ? wish : dependants);
    });
  }
}

test("an Uninstall is about the place that the deployment had, whatever else the edit changed", () => {
  const plan = planUpdate(on, { ...on, enabled: false, clusterId: there, ...renamed }, true);
  expect(plan.tasks).toEqual([{ operation: { kind: "Uninstall" }, clusterId: here, namespace: "shop-eve" }]);
});

test("a Recreate says both places, and the Upgrade after it is about the new one", () => {
  const plan = planUpdate(on, { ...on, clusterId: there, ...renamed }, true);
  expect(plan.tasks[0]).toMatchObject({
    clusterId: there,
    namespace: "shop-ann",
    operation: {
      oldClusterId: here,
      oldNamespace: "shop-eve",
      newClusterId: there,
      newNamespace: "shop-ann",
    },
  });
  expect(plan.tasks[1]).toMatchObject({ clusterId: there, namespace: "shop-ann" });
});

test("an Upgrade remembers the chart before and what changed in the inputs", () => {
  const plan = planUpdate(on, { ...on, helmChartId: newer, config: { size: 2, deep: { a: [1] } } }, true);
  expect(plan.tasks[0]?.operation).toMatchObject({
    helmChartId: newer,
    prevHelmChartId: chart,
    configDelta: { size: [1, 2] },
  });
});
