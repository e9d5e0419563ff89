import { fileURLToPath } from "node:url";
import type { AgentWorld } from "./agent-world.ts";

export interface SpawnedAgent extends AsyncDisposable {
  readonly exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts an agent as a process of its own; `fatal` is `Operation:step`, where it sends itself the signal. */
export function spawnAgent(
  world: Pick<AgentWorld, "environment">,
  { fatal = "", signal = "SIGKILL" }: { readonly fatal?: string; readonly signal?: NodeJS.Signals } = {},
): SpawnedAgent {
  const script = fileURLToPath(new URL("agent-to-end.ts", import.meta.url));
  const setpriv = Bun.which("setpriv");
  const dying = setpriv === null ? [] : [setpriv, "--pdeathsig", "KILL", "--"];
  const agent = Bun.spawn([...dying, process.execPath, script, fatal, signal], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...world.environment },
    stdout: "inherit",
    stderr: "inherit",
  });
  return {
    exited: agent.exited,
    kill: (which) => agent.kill(which),
    async [Symbol.asyncDispose]() {
      agent.kill("SIGKILL");
      await agent.exited;
    },
  };
}
