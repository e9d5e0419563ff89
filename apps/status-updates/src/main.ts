import { runProcess } from "@platz/config";
import { createLogger } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { StatusUpdatesSettings } from "./settings.ts";
import { startStatusUpdates } from "./start-status-updates.ts";

const description = {
  name: "platz-status-updates",
  summary: "Asks deployed applications for their status, and keeps what they say.",
  settings: StatusUpdatesSettings,
};

await runProcess(description, async (settings) => {
  // Listened for before anything starts, so that being asked to stop is never missed.
  const stop = shutdownSignal();
  const log = createLogger({ name: "status-updates", level: settings.LOG_LEVEL });
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
  await using _updates = await startStatusUpdates(settings, { log });
  log.info({ intervalMin: settings.PLATZ_STATUS_INTERVAL_MIN }, "asking deployments for their status");
  const signal = await stop;
  log.info({ signal }, "stopping");
});
