import type { DeploymentId } from "@platz/domain";
import { loadKubeconfig, openCluster } from "@platz/kubernetes";
import { expectThat } from "./demo-world.ts";
import { eventually } from "./play.ts";
import type { Charts, Scene } from "./scene.ts";

export async function install(
  { play, client, about, mark }: Scene,
  { charts, clusterId, vault }: { charts: Charts; clusterId: string; vault: string },
): Promise<DeploymentId> {
  return await play.step(
    "deploy: Install runs Helm, and the deployment is Running",
    async () => {
      const { id } = await client.deployments.create.mutate({
        name: `demo-${mark}`,
        kindId: charts.first.kindId,
        clusterId,
        helmChartId: charts.first.id,
        config: { hue: "green", litres: 2.5, replicas: 2, vault, note: "from the demo" },
      });
      const task = await about.settled(id);
      expectThat(task.status === "Done", `the Install ended as ${task.status}: ${task.reason}`);
      const { status } = await about.deployment(id);
      expectThat(status === "Running", `the deployment is ${status}`);
      const log = await about.log(task.id);
      expectThat(log.includes("STATUS: deployed"), "Helm's own words are missing in the log");
      expectThat(!log.includes(`s3cr3t-${mark}`), "the secret stands in the log");
      return id;
    },
    () => `demo-${mark}`,
  );
}

/** What a person looks at: workloads with colours, and what the application says of itself. */
export async function look({ play, client, about }: Scene, id: DeploymentId): Promise<void> {
  await play.step(
    "the Kubernetes resources appear, with colours",
    () =>
      eventually("The workloads", async () => {
        const { items } = await client.k8sResources.list.query({ deploymentId: id });
        const colors = (kind: string) => items.find((each) => each.kind === kind)?.statusColor.join() ?? "";
        const isAll =
          colors("Deployment") === "Success,Success" &&
          colors("StatefulSet") === "Success" &&
          colors("Job") === "Success";
        return isAll ? items : undefined;
      }),
    (items) => items.map(({ kind, statusColor }) => `${kind} ${statusColor.join("+")}`).join(", "),
  );
  await play.step(
    "its status appears, read from the application",
    () =>
      eventually("The status", async () => {
        const { reportedStatus } = await about.deployment(id);
        return reportedStatus?.get_successful ? statusName(reportedStatus.content) : undefined;
      }),
    (name) => name,
  );
}

function statusName(content: unknown): string {
  const { status } = content as { status: { name: string } };
  return status.name;
}

export async function refuseAndUpgrade(
  { play, client, about }: Scene,
  { id, charts, vault }: { id: DeploymentId; charts: Charts; vault: string },
): Promise<void> {
  await play.step(
    "a bad form value is refused, by name",
    async () => {
      const { version, config } = await about.deployment(id);
      const message = await about.refusal(() =>
        client.deployments.update.mutate({ id, version, config: { ...config, litres: 1000 } }),
      );
      expectThat(message.includes("litres"), `the message does not name the field: ${message}`);
      return message;
    },
    (message) => message,
  );
  await play.step("upgrade to the second version, with other inputs", async () => {
    const { version } = await about.deployment(id);
    const config = { hue: "blue", replicas: 3, vault, label: "sky", note: "second version" };
    await client.deployments.update.mutate({ id, version, helmChartId: charts.second.id, config });
    const task = await about.settled(id);
    expectThat(task.status === "Done", `the Upgrade ended as ${task.status}: ${task.reason}`);
    await eventually("The third mixer", async () => {
      const { items } = await client.k8sResources.list.query({ deploymentId: id, kind: "Deployment" });
      return items[0]?.statusColor.length === 3 ? true : undefined;
    });
  });
}

export async function act({ play, client, about }: Scene, id: DeploymentId): Promise<void> {
  await play.step(
    "invoke an action, and see the application's answer",
    async () => {
      const operation = {
        kind: "InvokeAction",
        actionId: "stir",
        body: { speed: 7, direction: "clockwise" },
      } as const;
      await client.deploymentTasks.request.mutate({ deploymentId: id, operation });
      const task = await about.settled(id);
      expectThat(task.status === "Done", `the action ended as ${task.status}: ${task.reason}`);
      expectThat(task.reason?.includes("7") === true, `the answer does not tell the speed: ${task.reason}`);
      return task.reason ?? "";
    },
    (answer) => answer.slice(0, 100),
  );
  await play.step(
    "make a resource, which the application agrees to",
    async () => {
      const { kindId, envId } = await client.deployments.get.query({ id });
      const types = { deploymentKindId: kindId, envId, key: "shade" };
      const [type] = (await client.deploymentResourceTypes.list.query(types)).items;
      if (type === undefined) throw new Error("the chart's resource type is not there");
      const resource = { typeId: type.id, deploymentId: id, name: "Dawn", props: { hex: "#ff8800" } };
      const { id: resourceId } = await client.deploymentResources.create.mutate(resource);
      return await eventually("The application's agreement", async () => {
        const now = await client.deploymentResources.get.query({ id: resourceId });
        expectThat(now.syncStatus !== "Error", `the application refused: ${now.syncReason}`);
        return now.syncStatus === "Ready" ? now : undefined;
      });
    },
    ({ name }) => name,
  );
  await play.step(
    "restart the StatefulSet",
    async () => {
      const { items } = await client.k8sResources.list.query({ deploymentId: id, kind: "StatefulSet" });
      const [store] = items;
      if (store === undefined) throw new Error("there is no StatefulSet");
      const operation = { kind: "RestartK8sResource", resourceId: store.id } as const;
      await client.deploymentTasks.request.mutate({ deploymentId: id, operation });
      const task = await about.settled(id);
      expectThat(task.status === "Done", `the restart ended as ${task.status}: ${task.reason}`);
      return task.reason ?? "";
    },
    (reason) => reason,
  );
}

export async function failAndRepair(
  { play, client, about }: Scene,
  { id, charts }: { id: DeploymentId; charts: Charts },
): Promise<void> {
  await play.step(
    "a chart that cannot be rendered fails, with Helm's own message",
    async () => {
      const { version } = await about.deployment(id);
      await client.deployments.update.mutate({ id, version, helmChartId: charts.broken.id });
      const task = await about.settled(id);
      expectThat(task.status === "Failed", `the Upgrade ended as ${task.status}`);
      expectThat(task.reason?.includes("has no lid") === true, `the reason is not Helm's: ${task.reason}`);
      const { status } = await about.deployment(id);
      expectThat(status === "Error", `the deployment is ${status}`);
      return task.reason ?? "";
    },
    (reason) => reason.slice(-90),
  );
  await play.step("the deployment is repaired", async () => {
    const { version } = await about.deployment(id);
    await client.deployments.update.mutate({ id, version, helmChartId: charts.second.id });
    const task = await about.settled(id);
    const { status } = await about.deployment(id);
    expectThat(task.status === "Done" && status === "Running", `it is ${status}: ${task.reason}`);
  });
}

/** Uninstall, the history, delete, and a look at the cluster itself. */
export async function leave({ play, client, about, stack }: Scene, id: DeploymentId): Promise<void> {
  const { namespace } = await about.deployment(id);
  const cluster = openCluster(await loadKubeconfig(stack.kubeconfig, stack.context));
  await play.step("uninstall", async () => {
    const { version } = await about.deployment(id);
    await client.deployments.update.mutate({ id, version, enabled: false });
    const task = await about.settled(id);
    const { status } = await about.deployment(id);
    expectThat(task.status === "Done" && status === "Uninstalled", `it is ${status}: ${task.reason}`);
  });
  await play.step(
    "the history of tasks, with logs, is what happened",
    async () => {
      const tasks = await about.tasks(id);
      const told = tasks.map(({ operation, status }) => `${operation.kind} ${status}`);
      const happened = [
        ...["Install Done", "Upgrade Done", "InvokeAction Done", "RestartK8sResource Done"],
        ...["Upgrade Failed", "Upgrade Done", "Uninstall Done"],
      ];
      expectThat(told.join() === happened.join(), `it tells ${told.join(", ")}`);
      for (const task of tasks)
        expectThat((await about.log(task.id)) !== "", `the log of ${task.operation.kind} is empty`);
      return told;
    },
    (told) => told.join(", "),
  );
  await play.step("delete: the deployment and its namespace are really gone", async () => {
    await client.deployments.delete.mutate({ id });
    await eventually("The end of the deployment", () => about.isGone(id));
    expectThat((await cluster.getNamespace(namespace)) === null, `the namespace ${namespace} is still there`);
  });
}
