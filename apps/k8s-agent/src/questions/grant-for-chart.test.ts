import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { auditLog, kindGrants } from "@platz/db/schema";
import { Forbidden, NewKindGrant, NewKindGrantForChart } from "@platz/domain";
import { createKindGrant, createKindGrantForChart, previewNewDeployment } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "grants-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.db.delete(kindGrants);
});

const group = `g${crypto.randomUUID().slice(0, 8)}.platz.test`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fleets.${group}}
spec: {group: ${group}, scope: Namespaced, names: {kind: Fleet, plural: fleets}}
`;
const wide = `{{- if .Values.wide }}
apiVersion: v1
kind: Namespace
metadata: {name: team}
{{- end }}
`;
const chart = (version: string, values: string, templates: Record<string, string> = { "wide.yaml": wide }) =>
  world.chartOf({ version, files: { "values.yaml": values, "crds/fleets.yaml": definition }, templates });
const forChart = (given: object) =>
  createKindGrantForChart(
    world.siteAdmin,
    NewKindGrantForChart.parse({ reason: "its operator needs it", clusterIds: [world.cluster.id], ...given }),
  );
const grants = () => world.db.select().from(kindGrants);

test("one call grants the least that a version of a chart needs, says what it is for, and is in the audit log", async () => {
  const { id: helmChartId } = await chart("1.0.0", "wide: false\n");
  const trial = await forChart({ helmChartId, dryRun: true });
  expect(trial.ungranted.map(({ kind }) => kind)).toEqual(["CustomResourceDefinition"]);
  expect(trial).toMatchObject({ grant: null, leastGrant: { preset: "crds", podSecurity: "baseline" } });
  expect(await grants()).toEqual([]);

  const { grant } = await forChart({ helmChartId });
  expect(await grants()).toMatchObject([
    { id: grant?.id, preset: "crds", podSecurityEnforce: "baseline", clusterIds: [world.cluster.id] },
  ]);
  const [entry] = await world.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.entityId, grant?.id ?? ""));
  expect(entry?.changes).toMatchObject({
    preset: { before: null, after: "crds" },
    reason: { after: "its operator needs it" },
  });
  const wanted = world.newDeployment({ helmChartId });
  expect((await previewNewDeployment(world.owner, wanted)).ungranted).toEqual([]);
  expect(await forChart({ helmChartId })).toMatchObject({ grant: null, ungranted: [] });
  expect(await grants()).toHaveLength(1);
});

test("a version that needs more gets more, and a level of pods with a warning of what baseline would forbid", async () => {
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: a, image: a}]}\n";
  const { id: helmChartId } = await chart("2.0.0", "wide: true\n", { "wide.yaml": wide, "pod.yaml": pod });
  const { grant, ungranted } = await forChart({ helmChartId });
  expect(ungranted.map(({ kind }) => kind).sort()).toEqual(["CustomResourceDefinition", "Namespace", "Pod"]);
  expect(grant).toMatchObject({
    preset: "everything",
    podSecurity: { enforce: "privileged", warn: "baseline" },
  });
});

test("what the kind has on some clusters alone counts for these", async () => {
  const { id: helmChartId } = await chart("3.0.0", "wide: false\n");
  const given = { kindId: world.kind.id, preset: "crds", clusterIds: [world.cluster.id], reason: "a test" };
  await createKindGrant(world.siteAdmin, NewKindGrant.parse(given));
  expect((await forChart({ helmChartId })).ungranted).toEqual([]);
  expect((await forChart({ helmChartId, clusterIds: null })).grant).toMatchObject({ clusterIds: null });
});

test("inputs that somebody would fill in count instead of the defaults, and are checked like those of a deployment", async () => {
  const tpl =
    '{{- if eq .Values.app.color "red" }}\napiVersion: v1\nkind: Namespace\nmetadata: {name: red}\n{{- end }}\n';
  const { id: helmChartId } = await chart("4.0.0", "app: {color: green}\n", { "tpl.yaml": tpl });
  const least = async (more: object) =>
    (await forChart({ helmChartId, dryRun: true, ...more })).leastGrant.preset;
  expect(await least({})).toBe("crds");
  expect(await least({ config: { size: 3, color: "red" } })).toBe("everything");
  await expect(least({ config: { size: 99 } })).rejects.toThrow("size");
});

test("a chart that cannot be rendered by its defaults says so, and what to do", async () => {
  const { id: helmChartId } = await chart("5.0.0", "", {
    "bad.yaml": '{{ required "give a size" .Values.size }}',
  });
  const refused = forChart({ helmChartId });
  await expect(refused).rejects.toThrow("give a size");
  await expect(refused).rejects.toThrow("Give config as a deployment would have it");
});

test("nobody but site admins is told or given anything", async () => {
  const { id: helmChartId } = await chart("6.0.0", "wide: false\n");
  const input = NewKindGrantForChart.parse({ helmChartId, reason: "mine", dryRun: true });
  await expect(createKindGrantForChart(world.envAdmin, input)).rejects.toThrow(Forbidden);
});
