import { expect, test } from "bun:test";
import { createMetrics } from "./create-metrics.ts";

const deployments = { deployment_kind: "Web", deployment_status: "Running", cluster_name: "one" };

test("figures about tasks and deployments carry the names of the specification", async () => {
  const metrics = createMetrics({
    sources: {
      rows: {
        taskStatuses: async () => [{ labels: { task_status: "Done" }, count: 3 }],
        deploymentStatuses: async () => [
          { labels: deployments, count: 1 },
          { labels: deployments, count: 1 },
        ],
        resourceStatuses: async () => [{ labels: { sync_status: "Error" }, count: 2 }],
      },
    },
  });
  const { body, contentType } = await metrics.expose();
  expect(contentType).toContain("text/plain");
  expect(body).toContain('platz_deployment_task_status_counter{task_status="Done"} 3');
  // Two clusters of one name are added up, not overwritten.
  expect(body).toMatch(/platz_deployment_status_counter\{.*cluster_name="one".*\} 2/);
  expect(body).toContain('platz_deployment_resource_status_counter{sync_status="Error"} 2');
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
      rows: {
        taskStatuses: async () => {
          if (fails) throw new Error("database is away");
          return [{ labels: { task_status: "Done" }, count: 3 }];
        },
        deploymentStatuses: async () => [],
        resourceStatuses: async () => [],
      },
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
      rows: {
        taskStatuses: async () => {
          asked += 1;
          return [];
        },
        deploymentStatuses: async () => [],
        resourceStatuses: async () => [],
      },
    },
  });
  await metrics.expose();
  await metrics.expose();
  expect(asked).toBe(1);
});

test("calls are counted by procedure and outcome, and timed by procedure", async () => {
  const metrics = createMetrics();
  metrics.observeCall({ procedure: "envs.get", outcome: "ok", seconds: 0.02 });
  metrics.observeCall({ procedure: "envs.get", outcome: "not-found", seconds: 0.2 });
  const { body } = await metrics.expose();
  expect(body).toContain('platz_procedure_calls_total{procedure="envs.get",outcome="ok"} 1');
  expect(body).toContain('platz_procedure_calls_total{procedure="envs.get",outcome="not-found"} 1');
  expect(body).toContain('platz_procedure_duration_seconds_bucket{le="0.025",procedure="envs.get"} 1');
  expect(body).toContain('platz_procedure_duration_seconds_count{procedure="envs.get"} 2');
});

test("the pool and the change feed are shown as they stand when somebody scrapes", async () => {
  const pool = {
    connections: 3,
    idle: 2,
    direct: 7,
    waited: 1,
    waitedMs: 12,
    timedOut: 0,
    opened: 4,
    closed: 1,
  };
  const changes = { isListening: true, readers: 5 };
  const metrics = createMetrics({ sources: { pool: () => pool, changes: () => changes } });
  await metrics.expose();
  pool.idle = 0;
  const { body } = await metrics.expose();
  for (const line of [
    "platz_db_pool_connections 3",
    "platz_db_pool_idle_connections 0",
    "platz_db_pool_get_direct 7",
    "platz_db_pool_get_waited 1",
    "platz_db_pool_get_wait_time_ms 12",
    "platz_db_pool_get_timed_out 0",
    "platz_db_pool_connections_created 4",
    "platz_db_pool_connections_closed 1",
    "platz_change_feed_listening 1",
    "platz_event_streams 5",
  ]) {
    expect(body).toContain(`${line}\n`);
  }
});
