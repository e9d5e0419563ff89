import { expect, test } from "bun:test";
import { createMetrics } from "./create-metrics.ts";

const deployments = { deployment_kind: "Web", deployment_status: "Running", cluster_name: "one" };

test("figures about tasks and deployments carry the names of the specification", async () => {
  const metrics = createMetrics({
    sources: {
      taskStatuses: async () => [{ labels: { task_status: "Done" }, count: 3 }],
      deploymentStatuses: async () => [
        { labels: deployments, count: 1 },
        { labels: deployments, count: 1 },
      ],
    },
  });
  const { body, contentType } = await metrics.expose();
  expect(contentType).toContain("text/plain");
  expect(body).toContain('platz_deployment_task_status_counter{task_status="Done"} 3');
  // Two clusters of one name are added up, not overwritten.
  expect(body).toMatch(/platz_deployment_status_counter\{.*cluster_name="one".*\} 2/);
  expect(body).toContain("process_resident_memory_bytes");
});

test("a source that fails leaves the last figures in place and is reported", async () => {
  const errors: unknown[] = [];
  let now = 0;
  let fails = false;
  const metrics = createMetrics({
    now: () => now,
    onError: (error) => errors.push(error),
    sources: {
      taskStatuses: async () => {
        if (fails) throw new Error("database is away");
        return [{ labels: { task_status: "Done" }, count: 3 }];
      },
      deploymentStatuses: async () => [],
    },
  });
  await metrics.expose();
  fails = true;
  now = 10_000;
  expect((await metrics.expose()).body).toContain(
    'platz_deployment_task_status_counter{task_status="Done"} 3',
  );
  expect(errors).toHaveLength(1);
});

test("sources are not asked again while their figures are fresh", async () => {
  let asked = 0;
  const metrics = createMetrics({
    now: () => 0,
    sources: {
      taskStatuses: async () => {
        asked += 1;
        return [];
      },
      deploymentStatuses: async () => [],
    },
  });
  await metrics.expose();
  await metrics.expose();
  expect(asked).toBe(1);
});
