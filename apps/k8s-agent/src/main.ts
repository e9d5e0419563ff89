import { runProcess } from "@platz/config";
import { createLogger } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { startAgent } from "./compose.ts";
import { AgentSettings } from "./settings.ts";

const description = {
  name: "platz-k8s-agent",
  summary: "Finds and watches clusters, runs deployment tasks, refreshes the credentials of deployments.",
  settings: AgentSettings,
};

await runProcess(description, async (settings) => {
  const log = createLogger({ name: "k8s-agent", level: settings.LOG_LEVEL });
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
  const stopped = shutdownSignal();
  await using _agent = await startAgent(settings, { log });
  log.info({}, "working");
  const signal = await stopped;
  log.info({ signal }, "stopping");
});
