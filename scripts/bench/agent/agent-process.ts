import { fileURLToPath } from "node:url";
import { k8sClusters } from "@platz/db/schema";
import { type AgentWorld, until } from "@platz/k8s-agent/testing";
import { and, count, eq, isNotNull } from "drizzle-orm";
import { dyingWithParent } from "../../toolchain/dying-with-parent.ts";
import { residentMiB } from "../figures.ts";

const main = fileURLToPath(new URL("../../../apps/k8s-agent/src/main.ts", import.meta.url));

export interface AgentProcess extends AsyncDisposable {
  readonly pid: number;
  /** The most memory that it and its children were seen to have since this was asked last, in MiB. */
  peakMiB(): number;
}

/** An agent as it is run, with its own defaults; ready once it holds so many clusters. */
export async function startAgentProcess(
  world: AgentWorld,
  more: Readonly<Record<string, string>> = {},
  clusters = 1,
): Promise<AgentProcess> {
  const { environment, db } = world;
  // The times of tests are not those of an agent.
  const own = Object.entries(environment).filter(
    ([name]) => !/^(PLATZ_TASK|K8S_RETRY|PLATZ_AGENT)/.test(name),
  );
  // Whatever ends the bench ends it too.
  const agent = Bun.spawn(dyingWithParent([process.execPath, main]), {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      LOG_LEVEL: "error",
      ...Object.fromEntries(own),
      ...more,
    },
    stdout: "ignore",
    stderr: "inherit",
  });
  const peak = watchMemory(agent.pid);
  await until(async () => {
    const held = and(isNotNull(k8sClusters.leaseOwner), eq(k8sClusters.isOk, true));
    const [row] = await db.select({ n: count() }).from(k8sClusters).where(held);
    return (row?.n ?? 0) >= clusters;
  }, 180_000);
  return {
    pid: agent.pid,
    peakMiB: () => peak.take(),
    async [Symbol.asyncDispose]() {
      peak.stop();
      agent.kill("SIGTERM");
      await agent.exited;
    },
  };
}

/** Looks every now and then how much memory a process and its children have. */
export function watchMemory(pid: number) {
  let peak = 0;
  const look = async () => {
    peak = Math.max(peak, (await residentMiB(pid)) ?? 0);
  };
  const timer = setInterval(() => void look(), 50);
  return {
    take() {
      const taken = Math.round(peak);
      peak = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}
