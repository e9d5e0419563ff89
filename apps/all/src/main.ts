import { restartWith, runProcess, tracingTarget } from "@platz/config";
import { REQUEST_LIMIT_VARIABLE } from "@platz/kubernetes";
import { createLogger, startTracing } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { AllSettings } from "./settings.ts";
import { startAll } from "./start-all.ts";

const description = {
  name: "platz-all",
  summary: "The API and every worker in one process.",
  settings: AllSettings,
};

// A watch is a request that stays open, and Bun's own limit is met by some fifty clusters.
restartWith(REQUEST_LIMIT_VARIABLE, "20000");
await runProcess(description, async (settings) => {
  const log = createLogger({ name: "platz", level: settings.LOG_LEVEL });
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
  const stop = new AbortController();
  const stopped = shutdownSignal();
  void stopped.then(() => stop.abort());
  await using _tracing = await startTracing({
    serviceName: "platz",
    ...tracingTarget(settings),
    onError: (reason) => log.warn({ reason }, "traces could not be sent"),
  });
  await using all = await startAll(settings, { log, stopping: stop.signal });
  log.info({ host: settings.API_HOST, port: all.port }, "working");
  const signal = await stopped;
  log.info({ signal }, "stopping");
});
