import { Invalid, requireDeploymentName } from "@platz/domain";

/** Refuses a name that no namespace could have, and one that the chart's cardinality does not want (API spec 6.14). */
export function requireFittingName(
  kindName: string,
  name: string,
  { cardinality }: { readonly cardinality: "Many" | "OnePerCluster" },
): void {
  requireDeploymentName(kindName, name);
  if (cardinality === "Many" && name === "") throw refused("give the deployment a name");
  if (cardinality === "OnePerCluster" && name !== "") {
    throw refused(`leave the name empty: there is one ${kindName} per cluster`);
  }
}

function refused(message: string): Invalid {
  return Invalid.fields("The deployment", [{ path: ["name"], message }]);
}
