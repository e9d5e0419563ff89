import { runProcess } from "@platz/config";
import { createLogger } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { AllSettings } from "./settings.ts";
import { startAll } from "./start-all.ts";

const description = {
  name: "platz-all",
  summary: "The API and every worker in one process.",
  settings: AllSettings,
};

await runProcess(description, async (settings) => {
  const log = createLogger({ name: "platz", level: settings.LOG_LEVEL });
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
  const stopped = shutdownSignal();
  await using all = await startAll(settings, log);
  log.info({ host: settings.API_HOST, port: all.port }, "working");
  const signal = await stopped;
  log.info({ signal }, "stopping");
});
