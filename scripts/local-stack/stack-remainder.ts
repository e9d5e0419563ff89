import { openRegistry } from "@platz/oci";
import { pushSampleCharts } from "@platz/sample-charts";
import { ensureToolchain, toolPath } from "../toolchain/ensure-toolchain.ts";
import type { ExistingCluster } from "./existing-cluster.ts";
import { agentKubeconfig } from "./parts/agent-kubeconfig.ts";
import { startControlPlane } from "./parts/control-plane.ts";
import { startRegistry } from "./parts/registry.ts";
import {
  agentProcess,
  chartDiscoveryProcess,
  type ProcessFacts,
  sampleAppProcess,
  statusUpdatesProcess,
} from "./platz-processes.ts";
import type { StackPorts } from "./stack-ports.ts";
import type { StackRun } from "./stack-run.ts";
import type { StateFolder } from "./state-folder.ts";
import { waitUntil } from "./wait-until.ts";

/** What the parts of one stack are made of. */
export interface Composition {
  readonly state: StateFolder;
  readonly ports: StackPorts;
  readonly facts: () => ProcessFacts;
  readonly cluster: ExistingCluster | undefined;
}

/** Brings up what follows the API: the sample application, then registry with charts and cluster, with the workers. */
export async function startRemainder(run: StackRun, parts: Composition): Promise<void> {
  const { sampleApp, logs } = run.record.description;
  const app = await run.keep({ ...sampleAppProcess(parts.facts()), logFolder: logs });
  const isUp = async () => (await fetch(sampleApp)).status > 0;
  await waitUntil("The sample application", isUp, { timeoutMs: 30_000, of: app.current() });
  await run.keep({ ...statusUpdatesProcess(parts.facts()), logFolder: logs });
  const crane = await run.orStopped(toolPath("crane", run.report));
  const sides = [startRegistrySide(run, parts, crane), startClusterSide(run, parts)];
  const failed = (await Promise.allSettled(sides)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  run.record.update({ ready: true });
}

async function startRegistrySide(run: StackRun, parts: Composition, crane: string): Promise<void> {
  const { state, ports, facts } = parts;
  const { logs, registry } = run.record.description;
  const folder = state.subfolder("registry");
  const part = await run.own(startRegistry({ crane, port: ports.registry, logFolder: logs, folder }));
  run.watch(part.children);
  await pushSampleCharts(openRegistry({ domain: registry, plainHttp: true }));
  await run.keep({ ...chartDiscoveryProcess(facts()), logFolder: logs });
}

async function startClusterSide(run: StackRun, { state, facts, cluster }: Composition): Promise<void> {
  const { logs } = run.record.description;
  if (cluster === undefined) {
    const tools = await run.orStopped(ensureToolchain(run.report));
    run.record.update({ helm: tools.helm });
    const folder = state.subfolder("cluster");
    const part = await run.own(startControlPlane({ folder, logFolder: logs, tools }));
    run.watch(part.children);
  } else {
    run.record.update({ helm: await run.orStopped(toolPath("helm", run.report)) });
  }
  const { kubeconfig, context, agentKubeconfig: file } = run.record.description;
  if (cluster !== undefined)
    run.report("The rights that Platz needs (docs/kubernetes-rights.md) are put onto the cluster.");
  await run.own(agentKubeconfig({ kubeconfig, context }, file));
  await run.keep({ ...agentProcess(facts(), state.subfolder("agent")), logFolder: logs });
}
