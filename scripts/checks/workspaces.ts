import { Glob } from "bun";
import { z } from "zod";
import type { Workspace } from "./architecture.ts";

const Manifest = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** Every workspace of the checkout at `top`, read from its manifest. */
export async function readWorkspaces(top: string): Promise<Workspace[]> {
  const files = [
    ...new Glob("{apps,packages,examples}/*/package.json").scanSync(top),
    "scripts/package.json",
  ].sort();
  return Promise.all(
    files.map(async (file) => {
      const manifest = Manifest.parse(await Bun.file(`${top}/${file}`).json());
      return {
        folder: file.slice(0, -"/package.json".length),
        name: manifest.name,
        dependencies: Object.keys(manifest.dependencies),
        devDependencies: Object.keys(manifest.devDependencies),
      };
    }),
  );
}
