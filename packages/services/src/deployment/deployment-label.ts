/** A deployment in a sentence: its kind and name, or its kind alone when it has no name. */
export function deploymentLabel({
  kindName,
  name,
}: {
  readonly kindName: string;
  readonly name: string;
}): string {
  return name === "" ? kindName : `${kindName} ${name}`;
}

const LISTED_MAX = 10;

/** Several deployments in a sentence. */
export function deploymentLabels(deployments: readonly { kindName: string; name: string }[]): string {
  const listed = deployments.slice(0, LISTED_MAX).map(deploymentLabel).join(", ");
  const more = deployments.length - LISTED_MAX;
  return more > 0 ? `${listed} and ${more} more` : listed;
}
