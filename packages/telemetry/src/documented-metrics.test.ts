import { expect, test } from "bun:test";
import { createMetrics } from "./create-metrics.ts";

test("the page on operations lists every metric of the process, and none that there is not", async () => {
  const page = await Bun.file(new URL("../../../docs/operations.md", import.meta.url)).text();
  const documented = new Set([...page.matchAll(/^\| `(platz_\w+)` \|/gm)].map(([, name]) => name));
  const none = {
    connections: 0,
    idle: 0,
    direct: 0,
    waited: 0,
    waitedMs: 0,
    timedOut: 0,
    opened: 0,
    closed: 0,
  };
  const metrics = createMetrics({
    sources: {
      rows: {
        taskStatuses: async () => [],
        deploymentStatuses: async () => [],
        resourceStatuses: async () => [],
      },
      pool: () => none,
      changes: () => ({ isListening: true, readers: 0 }),
      atOnce: () => [],
      audit: () => ({ position: 0 }),
    },
  });
  const { body } = await metrics.expose();
  const exposed = [...body.matchAll(/^# TYPE (platz_\w+) /gm)].map(([, name]) => name);
  expect([...documented].sort()).toEqual(exposed.sort());
});
