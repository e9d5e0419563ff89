import { z } from "zod";
import { type ClusterClient, openCluster } from "../cluster-client.ts";
import { type ClusterConnection, loadKubeconfig } from "../kubeconfig.ts";
import { createTransport, type KubernetesRequest } from "../transport.ts";

export interface TestCluster extends AsyncDisposable {
  readonly connection: ClusterConnection;
  readonly client: ClusterClient;
  /** A namespace of the test's own, which goes with the cluster. */
  newNamespace(): Promise<{ readonly name: string; readonly deploymentId: string }>;
  /** A request as the cluster's admin; the answer as it came. */
  call(request: KubernetesRequest): Promise<unknown>;
}

/** The control plane of the test run. */
export async function testCluster(): Promise<TestCluster> {
  const connection = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  const client = openCluster(connection);
  const transport = createTransport(connection);
  const made: string[] = [];
  return {
    connection,
    client,
    call: (request) => transport.json(z.unknown(), request),
    async newNamespace() {
      const name = `kubernetes-test-${crypto.randomUUID().slice(0, 8)}`;
      const deploymentId = crypto.randomUUID();
      made.push(name);
      if (!(await client.createNamespace({ name, deploymentId }))) throw new Error(`${name} is taken`);
      return { name, deploymentId };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(made.map((name) => client.deleteNamespace(name)));
    },
  };
}
