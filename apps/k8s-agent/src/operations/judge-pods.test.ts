import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "judge-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const spec = "{restartPolicy: Never, hostNetwork: true, containers: [{name: web, image: web}]}";
const makers: Readonly<Record<string, string>> = {
  Pod: `{apiVersion: v1, kind: Pod, metadata: {name: sly}, spec: ${spec}}`,
  Deployment: `{apiVersion: apps/v1, kind: Deployment, metadata: {name: sly}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostNetwork: true, containers: [{name: web, image: web}]}}}}`,
  DaemonSet: `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: sly}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostNetwork: true, serviceAccountName: not-yet, priorityClassName: not-there, containers: [{name: web, image: web}]}}}}`,
  CronJob: `{apiVersion: batch/v1, kind: CronJob, metadata: {name: sly}, spec: {schedule: "0 0 * * *", jobTemplate: {spec: {template: {spec: ${spec}}}}}}`,
  Job: `{apiVersion: batch/v1, kind: Job, metadata: {name: sly, annotations: {helm.sh/hook: pre-install}}, spec: {template: {spec: ${spec}}}}`,
};
let versions = 0;
const chartWith = (template: string) => {
  versions += 1;
  return world.chartOf({ version: `1.0.${versions}`, templates: { "pods.yaml": template } });
};

test.each(Object.entries(makers))(
  "a %s whose pods the namespace would refuse fails its task before Helm starts, with object and reason",
  async (kind, template) => {
    const { id } = await world.deploy((await chartWith(template)).id);
    const task = (await world.settled(id)).at(-1);
    expect(task?.status).toBe("Failed");
    expect(task?.reason).toContain(`has no grant for ${kind} sly, which has pods that the cluster refuses`);
    expect(task?.reason).toContain('PodSecurity "baseline');
    expect(task?.reason).toContain("hostNetwork=true");
    expect(await world.log(task?.id ?? world.nothing)).not.toContain("Helm runs");
  },
);

test("pods that the level allows are installed, and with a grant of privileged the others are too", async () => {
  const harmless = (makers["Deployment"] ?? "").replace("hostNetwork: true, ", "");
  const { id } = await world.deploy((await chartWith(harmless)).id);
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  await using _grant = await world.grant({
    preset: "nothing",
    podSecurity: { enforce: "privileged", warn: "baseline" },
  });
  const { id: other } = await world.deploy((await chartWith(makers["Deployment"] ?? "")).id);
  const task = (await world.settled(other)).at(-1);
  expect(task).toMatchObject({ status: "Done" });
  // What `warn` says is Helm's to tell.
  expect(await world.log(task?.id ?? world.nothing)).toContain("would violate PodSecurity");
});
