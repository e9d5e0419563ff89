import { join } from "node:path";
import { z } from "zod";
import type { Published } from "./published.ts";

const top = join(import.meta.dirname, "..", "..");

const Workspace = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  description: z.string(),
});
const Top = z.object({ workspaces: z.object({ catalog: z.record(z.string(), z.string()) }) });

/** The `package.json` of a package as it is published: no workspace, no catalog, no field for us alone. */
export async function publishedManifest({ folder, dependencies, files, keywords }: Published) {
  const read = async (path: string): Promise<unknown> => await Bun.file(join(top, path)).json();
  const workspace = Workspace.parse(await read(`packages/${folder}/package.json`));
  const { catalog } = Top.parse(await read("package.json")).workspaces;
  const ranges = dependencies.map((name) => {
    const version = catalog[name];
    if (version === undefined) throw new Error(`${name} is not in the catalog`);
    return [name, `^${version}`] as const;
  });
  return {
    ...workspace,
    keywords,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.3" },
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      ...Object.fromEntries(files.map((name) => [`./${name}/*`, `./${name}/*`])),
      "./package.json": "./package.json",
    },
    types: "./index.d.ts",
    files: ["index.js", "index.d.ts", "THIRD-PARTY-LICENSES.txt", ...files],
    dependencies: Object.fromEntries(ranges),
    publishConfig: { access: "public" },
  };
}
