import { extensionFileSchemas } from "@platz/chart-ext";
import { grantAllObjects, manifestYaml, rightsObjects, standardPlaces } from "@platz/kubernetes";
import { kubernetesRightsPage } from "./kubernetes-rights-page.ts";
import { permissionsPage } from "./permissions-page.ts";

/** JSON Schemas for editors, in the package that knows the files. */
const schemas = [...extensionFileSchemas()].map(([file, schema]): [string, () => string] => {
  const name = file.replace(/^platz\//, "").replace(/\.yaml$/, "");
  return [`packages/chart-ext/schemas/${name}.json`, () => `${JSON.stringify(schema, null, 2)}\n`];
});

/** The pages and files that come from the code, by path. */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/permissions.md": permissionsPage,
  "docs/kubernetes-rights.md": kubernetesRightsPage,
  "docs/kubernetes-rights.yaml": () => manifestYaml(rightsObjects(standardPlaces)),
  "docs/kubernetes-grant-all.yaml": () => manifestYaml(grantAllObjects(standardPlaces)),
  ...Object.fromEntries(schemas),
};
