// An agent in a process of its own, for tests that end one: at the named step it sends itself the named signal.
import { loadConfig } from "@platz/config";
import { createLogger } from "@platz/telemetry";
import { shutdownSignal } from "@platz/worker";
import { startAgent } from "../compose.ts";
import { AgentSettings } from "../settings.ts";

const [fatal = "", signal = "SIGKILL"] = process.argv.slice(2);
const stopped = shutdownSignal();
await using _agent = await startAgent(loadConfig(AgentSettings), {
  log: createLogger({ name: "agent-to-end", level: "error" }),
  onStep(step, { operation }) {
    if (`${operation.kind}:${step}` === fatal) process.kill(process.pid, signal);
  },
});
await stopped;
