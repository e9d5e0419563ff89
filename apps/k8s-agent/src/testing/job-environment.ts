/** Settings by which an agent runs Helm as Jobs in a namespace, on the node of the test run that runs pods. */
export function jobEnvironment(namespace: string) {
  return {
    PLATZ_HELM_RUNNER: "job",
    PLATZ_HELM_JOB_IMAGE: "platz.test/helm",
    PLATZ_HELM_JOB_NAMESPACE: namespace,
    PLATZ_HELM_JOB_KUBECONFIG: process.env["PLATZ_TEST_KUBECONFIG"] ?? "",
    PLATZ_HELM_JOB_POD: JSON.stringify({
      nodeSelector: { "platz.test/runs-pods": "true" },
      tolerations: [{ key: "platz.test/runs-pods", operator: "Exists" }],
    }),
  };
}
