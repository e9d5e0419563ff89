import { runProcess } from "@platz/config";
import { createLogger } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { ChartDiscoverySettings } from "./settings.ts";
import { startChartDiscovery } from "./start-chart-discovery.ts";

const description = {
  name: "platz-chart-discovery",
  summary: "Finds charts in a registry and records them with their extensions.",
  settings: ChartDiscoverySettings,
};

await runProcess(description, async (settings) => {
  // Listened for before anything starts, so that being asked to stop is never missed.
  const stop = shutdownSignal();
  const log = createLogger({ name: "chart-discovery", level: settings.LOG_LEVEL });
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
  await using _discovery = await startChartDiscovery(settings, { log });
  log.info({}, "looking for charts");
  const signal = await stop;
  log.info({ signal }, "stopping");
});
