import { openRegistry } from "@platz/oci";
import { pushSampleCharts, sampleCharts } from "@platz/sample-charts";
import { askAbout, type DemoStack, expectThat, signedInClient } from "./demo-world.ts";
import { act, failAndRepair, install, leave, look, refuseAndUpgrade } from "./deployment-life.ts";
import { eventually, type Play } from "./play.ts";
import { runProgram } from "./run-program.ts";
import type { Charts, Scene } from "./scene.ts";

const ADMIN = "admin@platz.dev";

/**
 * The main job, through the typed client alone, on real parts: sign-in, env, cluster, charts, secret, form, install,
 * status, upgrade, action, restart, a chart that fails and is repaired, uninstall, delete. Takes away what it made.
 */
export async function playMainJob(stack: DemoStack, play: Play): Promise<void> {
  const client = await play.step(
    "sign in through the OpenID provider",
    () => signedInClient(stack.api, ADMIN),
    () => ADMIN,
  );
  const mark = crypto.randomUUID().slice(0, 6);
  const scene: Scene = { stack, play, client, about: askAbout(client), mark };
  await removeLeftovers(scene);
  const { env, cluster } = await prepareEnv(scene);
  const charts = await findCharts(scene);
  await grantKind(scene, { charts, clusterId: cluster.id });
  const secret = await play.step("create a secret", () =>
    client.secrets.create.mutate({
      envId: env.id,
      collection: "paint",
      name: `recipe-${mark}`,
      contents: `s3cr3t-${mark}`,
    }),
  );
  const id = await install(scene, { charts, clusterId: cluster.id, vault: secret.id });
  await look(scene, id);
  await refuseAndUpgrade(scene, { id, charts, vault: secret.id });
  await act(scene, id);
  await runProgram(scene, id);
  await failAndRepair(scene, { id, charts });
  await leave(scene, id);
  await play.step("take the env away again", async () => {
    await client.secrets.delete.mutate({ id: secret.id });
    await client.clusters.update.mutate({ id: cluster.id, envId: null });
    await client.envs.delete.mutate({ id: env.id });
  });
}

/** What a performance that failed left on this stack would stand in the way of this one. */
async function removeLeftovers({ play, client, about }: Scene): Promise<void> {
  const { items } = await client.deployments.list.query({ name: "demo-" });
  if (items.length === 0) return;
  await play.step(
    "remove what an earlier demo left",
    async () => {
      for (const { id, status } of items) {
        if (status !== "Deleting") await client.deployments.delete.mutate({ id });
      }
      for (const { id } of items) await eventually("The end of a deployment", () => about.isGone(id));
    },
    () => items.map(({ name }) => name).join(", "),
  );
}

async function prepareEnv({ play, client, stack, mark }: Scene) {
  const env = await play.step(
    "create an env",
    () => client.envs.create.mutate({ name: `Demo ${mark}` }),
    ({ name }) => name,
  );
  const found = await play.step(
    "the cluster appears",
    () =>
      eventually(
        "A cluster",
        async () => (await client.clusters.list.query({})).items.find((each) => each.name === stack.context),
        {
          timeoutMs: 900_000,
        },
      ),
    ({ name, providerId }) => `${name} (${providerId})`,
  );
  const cluster = await play.step("put the cluster into the env", async () => {
    await client.clusters.update.mutate({
      id: found.id,
      envId: env.id,
      ignore: false,
      ingressDomain: stack.ingressDomain,
      ingressTlsSecretName: "wildcard-tls",
    });
    let reason: string | null = null;
    return await eventually(
      "The connection to the cluster",
      async () => {
        const now = await client.clusters.get.query({ id: found.id });
        reason = now.notOkReason;
        return now.isOk ? now : undefined;
      },
      { seen: () => reason ?? "" },
    );
  });
  return { env, cluster };
}

/** What the chart needs beyond its namespace: its kind is granted that and no more. The sample needs nothing. */
async function grantKind(
  { play, client }: Scene,
  { charts, clusterId }: { charts: Charts; clusterId: string },
): Promise<void> {
  await play.step(
    "grant the kind what its chart needs beyond its namespaces",
    () =>
      client.kindGrants.createForChart.mutate({
        helmChartId: charts.first.id,
        clusterIds: [clusterId],
        reason: "The demo deploys it.",
      }),
    ({ grant, ungranted }) =>
      grant === null ? "it needs nothing" : `${grant.preset}, for ${ungranted.length} objects`,
  );
}

async function findCharts({ play, client, stack, mark }: Scene) {
  const prefix = `demo-${mark}`;
  const mixers = sampleCharts.filter(({ repository }) => repository === "paint-mixer");
  await play.step(
    "package and push the sample chart",
    () => pushSampleCharts(openRegistry({ domain: stack.registry }), { prefix, charts: mixers }),
    (pushed) => pushed.map(({ repository, tag }) => `${repository}:${tag}`).join(", "),
  );
  return await play.step(
    "the charts are discovered, with their extensions",
    async () => {
      const repoName = `${prefix}/paint-mixer`;
      const registry = await eventually("The repository", async () =>
        (await client.registries.list.query({ repoName })).items.find((each) => each.repoName === repoName),
      );
      const list = await eventually("The charts", async () => {
        const { items } = await client.charts.list.query({ helmRegistryId: registry.id });
        return items.length >= mixers.length ? items : undefined;
      });
      const chartOf = (tag: string) => {
        const chart = list.find(({ imageTag }) => imageTag === tag);
        if (chart === undefined) throw new Error(`chart ${tag} was not found`);
        return { id: chart.id, kindId: registry.kindId };
      };
      const charts = { first: chartOf("1.0.0"), second: chartOf("2.0.0"), broken: chartOf("2.1.0") };
      const { valuesUi, actionsSchema, error } = await client.charts.get.query({ id: charts.first.id });
      expectThat(error === null, `the chart has an error: ${error}`);
      expectThat(
        valuesUi !== null && actionsSchema !== null,
        "the chart came without its form or its actions",
      );
      return charts;
    },
    () => "form, actions, features, resource type",
  );
}
