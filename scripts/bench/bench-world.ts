import type { Client } from "@platz/client";
import { openRegistry, packageChart, pushChart } from "@platz/oci";
import { askAbout, signedInClient } from "../demo/demo-world.ts";
import { eventually } from "../demo/play.ts";
import type { StackDescription } from "../local-stack/stack-file.ts";

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-config"}
data: {a: b}
`;

/** What benches work with: an env with the cluster, and a chart as small as a chart can be. */
export async function createBenchWorld(stack: StackDescription) {
  const client = await signedInClient(stack.api, "admin@platz.dev");
  const mark = crypto.randomUUID().slice(0, 6);
  const env = await client.envs.create.mutate({ name: `Bench ${mark}` });
  const cluster = await eventually("The cluster", async () =>
    (await client.clusters.list.query({})).items.find(({ name }) => name === stack.context),
  );
  await client.clusters.update.mutate({
    id: cluster.id,
    envId: env.id,
    ignore: false,
    ingressDomain: stack.ingressDomain,
    ingressTlsSecretName: "wildcard-tls",
  });
  const repository = `bench-${mark}/small`;
  const archive = await packageChart({
    "Chart.yaml": new TextEncoder().encode("apiVersion: v2\nname: small\nversion: 1.0.0\n"),
    "templates/config.yaml": new TextEncoder().encode(configMap),
  });
  await pushChart(openRegistry({ domain: stack.registry }), archive, { repository, tag: "1.0.0" });
  const registry = await eventually("The chart", async () => {
    const { items } = await client.registries.list.query({ repoName: repository });
    const [found] = items;
    if (found === undefined) return undefined;
    const charts = await client.charts.list.query({ helmRegistryId: found.id });
    const [chart] = charts.items;
    return chart === undefined ? undefined : { chartId: chart.id, kindId: found.kindId };
  });
  const deploy = (name: string) =>
    client.deployments.create.mutate({
      name,
      kindId: registry.kindId,
      clusterId: cluster.id,
      helmChartId: registry.chartId,
      config: {},
    });
  return {
    client,
    about: askAbout(client),
    env,
    cluster,
    repository,
    mark,
    deploy,
    clear: () => clear(client, env.id, cluster.id),
  };
}

export type BenchWorld = Awaited<ReturnType<typeof createBenchWorld>>;

/** Takes away everything that a bench made. */
async function clear(client: Client, envId: string, clusterId: string): Promise<void> {
  const all = async () => (await client.deployments.list.query({ envId, page: { perPage: 500 } })).items;
  for (const { id, status } of await all())
    if (status !== "Deleting") await client.deployments.delete.mutate({ id });
  await eventually(
    "The end of the deployments",
    async () => ((await all()).length === 0 ? true : undefined),
    {
      timeoutMs: 300_000,
    },
  );
  await client.clusters.update.mutate({ id: clusterId, envId: null });
  await client.envs.delete.mutate({ id: envId });
}
