import { runProcess, tracingTarget } from "@platz/config";
import { createLogger, startTracing } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { startApi } from "./compose.ts";
import { ApiSettings } from "./settings.ts";

const description = {
  name: "platz-api",
  summary: "The API of Platz: procedures for people and programs, sign-in, health and metrics.",
  settings: ApiSettings,
};

await runProcess(description, async (settings) => {
  const log = createLogger({ name: "api", level: settings.LOG_LEVEL });
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
  await using _tracing = await startTracing({
    serviceName: "platz-api",
    ...tracingTarget(settings),
    onError: (reason) => log.warn({ reason }, "traces could not be sent"),
  });
  const asked = new AbortController();
  const stopped = shutdownSignal();
  void stopped.then(() => asked.abort());
  await using api = await startApi(settings, { log, asked: asked.signal });
  log.info({ host: settings.API_HOST, port: api.port }, "listening");
  log.info({ signal: await stopped }, "stopping");
});
