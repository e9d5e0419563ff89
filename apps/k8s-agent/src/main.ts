import { restartWith, runProcess, tracingTarget } from "@platz/config";
import { REQUEST_LIMIT_VARIABLE } from "@platz/kubernetes";
import { createLogger, startTracing } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { startAgent } from "./compose.ts";
import { printRights, rightsDescription } from "./print-rights.ts";
import { AgentSettings } from "./settings.ts";

const description = {
  name: "platz-k8s-agent",
  summary: "Finds and watches clusters, runs deployment tasks, refreshes the credentials of deployments.",
  settings: AgentSettings,
};

const [word, ...words] = process.argv.slice(2);
if (word === "rights") await runProcess(rightsDescription, printRights, words);
else await work();

async function work(): Promise<void> {
  // A watch is a request that stays open, and Bun's own limit is met by some fifty clusters.
  restartWith(REQUEST_LIMIT_VARIABLE, "20000");
  await runProcess(description, async (settings) => {
    const log = createLogger({ name: "k8s-agent", level: settings.LOG_LEVEL });
    process.on("unhandledRejection", (error) => log.error({ error }, "nobody waited for this failure"));
    const stop = new AbortController();
    const stopped = shutdownSignal();
    void stopped.then((signal) => {
      log.info({ signal }, "stopping");
      stop.abort();
    });
    await using _tracing = await startTracing({
      serviceName: "platz-k8s-agent",
      ...tracingTarget(settings),
      onError: (reason) => log.warn({ reason }, "traces could not be sent"),
    });
    await using _agent = await startAgent(settings, { log, stopping: stop.signal });
    log.info({}, "working");
    await stopped;
  });
}
