import { expect, test } from "bun:test";
import { SetUpgradePolicy } from "@platz/domain";
import { setUpgradePolicy } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "./compose.ts";
import { createAgentWorld, until } from "./testing/agent-world.ts";

const log = createLogger({ name: "upgrade-policy-test", level: "fatal" });

test("a deployment that follows a branch is upgraded as soon as a chart of it appears, and by nobody else's hand", async () => {
  await using world = await createAgentWorld();
  const first = await world.chartOf({ version: "1.0.0" });
  const { id, namespace } = await world.deploy(first.id);
  await using _agent = await startAgent(world.settings(), { log });
  await world.settled(id);
  await setUpgradePolicy(world.owner, SetUpgradePolicy.parse({ deploymentId: id, branch: "main" }));

  await world.chartOf({
    version: "2.0.0-feature.1",
    parsedBranch: "feature",
    parsedVersion: "2.0.0-feature.1",
  });
  const second = await world.chartOf({ version: "2.0.0", parsedBranch: "main", parsedVersion: "2.0.0" });
  await until(async () => (await world.deploymentRow(id))?.helmChartId === second.id);
  const tasks = await world.settled(id);
  expect(tasks.map(({ operation: { kind }, status }) => [kind, status])).toEqual([
    ["Install", "Done"],
    ["Upgrade", "Done"],
  ]);
  expect(tasks.at(-1)?.actorLabel).toEndWith("(upgrade policy)");
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  expect(record).toMatchObject({ revision: 2, status: "deployed" });
});
