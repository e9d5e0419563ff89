import { Invalid } from "./errors/invalid.ts";

/** The longest name of a namespace and of a Helm release: Helm's own limit for a release, below the 63 of a DNS label. */
const RELEASE_NAME_LENGTH_MAX = 53;

/**
 * The namespace of a deployment, which is its Helm release name too: the kind in lower case, then a dash and the name
 * unless it is empty (workers spec 3.12).
 */
export function namespaceName(kindName: string, deploymentName: string): string {
  const kind = kindName.toLowerCase();
  return deploymentName === "" ? kind : `${kind}-${deploymentName}`;
}

/**
 * Refuses a deployment name that could not become a DNS label: lower-case letters, digits and dashes, a letter or
 * digit first and last, and short enough for kind and name to fit into a release name. Empty is allowed here: whether
 * a deployment must have a name is the chart's cardinality to say.
 */
export function requireDeploymentName(kindName: string, name: string): void {
  if (name === "") return;
  const lengthMax = RELEASE_NAME_LENGTH_MAX - kindName.length - 1;
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    throw Invalid.fields("The deployment", [
      {
        path: ["name"],
        message: "use lower-case letters, digits and dashes, with a letter or digit first and last",
      },
    ]);
  }
  if (name.length > lengthMax) {
    throw Invalid.fields("The deployment", [
      { path: ["name"], message: `use at most ${lengthMax} characters for a deployment of kind ${kindName}` },
    ]);
  }
}

/** How the host name of a deployment's standard ingress is made. */
export const hostnameFormats = ["Name", "KindAndName"] as const;
export type HostnameFormat = (typeof hostnameFormats)[number];

/**
 * The first label of the host of a deployment's standard ingress: its name, or its namespace's name (workers spec 3.8),
 * in lower case as hosts are compared. A deployment without a name falls back to its namespace, so that no host begins
 * with a dot (W-48).
 */
export function hostLabel(
  format: HostnameFormat,
  deployment: { readonly name: string; readonly namespace: string },
): string {
  const label = format === "Name" && deployment.name !== "" ? deployment.name : deployment.namespace;
  return label.toLowerCase();
}

/** The host of a deployment's standard ingress: the label that it holds, under the ingress domain of its cluster. */
export function ingressHost(label: string, ingressDomain: string): string {
  return `${label}.${ingressDomain}`.toLowerCase();
}

/** The label that no deployment may hold, wherever Platz itself is reached. */
const PLATZ_LABEL = "platz";

/** Whether a host is kept for others than deployments. `reserved` are labels and whole hosts, in lower case. */
export function isReservedHost(
  label: string,
  ingressDomain: string | null,
  reserved: readonly string[],
): boolean {
  if (label === PLATZ_LABEL || reserved.includes(label)) return true;
  return ingressDomain !== null && reserved.includes(ingressHost(label, ingressDomain));
}
