import { expect, test } from "bun:test";
import { helmCharts, helmRegistries } from "@platz/db/schema";
import { createEgress } from "@platz/egress";
import { childProcessRunner, type HelmRunner } from "@platz/helm";
import { packageChart } from "@platz/oci";
import { eq } from "drizzle-orm";
import { Identities } from "../identities/identities.ts";
import { type AgentWorld, createAgentWorld, until } from "../testing/agent-world.ts";
import { applyRelease } from "./apply-release.ts";
import type { RunContext } from "./operation-runner.ts";

const neverReady = {
  "Chart.yaml": "apiVersion: v2\nname: stuck\nversion: 1.0.0\n",
  "templates/hook.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: hook
  annotations: {helm.sh/hook: pre-install}
spec:
  template:
    spec:
      restartPolicy: Never
      nodeSelector: { "platz.test/nowhere": "true" }
      containers: [{ name: wait, image: "example.invalid/wait" }]
`,
};

/** Helm that would not stop when asked, and so was killed. */
function stubborn(helm: HelmRunner): HelmRunner {
  return {
    ...helm,
    run: (request, { signal, ...options } = {}) =>
      helm.run(request, { ...options, ...(signal ? { killSignal: signal } : {}) }),
  };
}

async function contextOf(world: AgentWorld, stop: AbortSignal, lines: string[]): Promise<RunContext> {
  const deployment = await world.deploy((await world.chartOf()).id);
  const [task] = await world.tasks(deployment.id);
  const [chart] = await world.db.select().from(helmCharts).where(eq(helmCharts.id, deployment.helmChartId));
  const [registry] = await world.db
    .select()
    .from(helmRegistries)
    .where(eq(helmRegistries.kindId, world.kind.id));
  const row = await world.deploymentRow(deployment.id);
  if (!task || !chart || !registry || !row) throw new Error("no task");
  const chartArchive = await packageChart(neverReady);
  const helm = stubborn(
    childProcessRunner({
      helmPath: world.environment.PLATZ_HELM_BIN,
      privateRoot: world.settings().PLATZ_AGENT_WORK_DIR,
    }),
  );
  const kill = new AbortController();
  const context: RunContext = {
    task: { ...task, fence: 1 },
    deployment: row,
    home: world.client,
    clusterId: world.cluster.id,
    timeoutMs: 60_000,
    identities: new Identities("platz-identities"),
    outside: async () => [],
    kindName: async () => "Shop",
    grant: async () => ({ clusterRoles: [], podSecurity: { enforce: "baseline", warn: null } }),
    cluster: () => world.client,
    reach: async () => world.client,
    helm,
    taskLog: async () => "",
    egress: createEgress(),
    values: async () => ({
      values: {},
      valuesOverride: {},
      secrets: [],
      chart,
      registry,
      revisionId: task.id,
      confidential: [],
      warnings: [],
    }),
    chartArchive: async () => ({
      chartArchive,
      skipSchemaValidation: false,
      outside: [],
      mentionsContainers: true,
    }),
    credentials: async () => ({ access_token: "a-token" }),
    sign: async () => ({}),
    actionRequest: () => Promise.reject(new Error("no action here")),
    resource: async () => undefined,
    publishResourceTypes: async () => {},
    signal: stop,
    killSignal: kill.signal,
    log: (line) => void lines.push(line),
    hide: () => {},
    step: async () => {},
    record: async () => {},
    committed: () => context,
  };
  return context;
}

test("Helm that had to be killed after a cancel leaves nothing that blocks the next task", async () => {
  await using world = await createAgentWorld();
  const stop = new AbortController();
  const lines: string[] = [];
  const context = await contextOf(world, stop.signal, lines);
  const { namespace } = context.task;
  const run = applyRelease(context);
  run.catch(() => undefined);
  const newest = async () => (await world.client.listReleaseRecords({ namespace, release: namespace }))[0];
  await until(async () => (await newest())?.status === "pending-install");
  stop.abort(new Error("canceled"));
  await expect(run).rejects.toThrow("canceled");
  expect((await newest())?.status).toBe("failed");
  expect(lines.join("\n")).toContain("Revision 1 is marked failed");
});
