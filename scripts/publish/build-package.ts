import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import type { Published } from "./published.ts";
import { publishedManifest } from "./published-manifest.ts";
import { thirdPartyLicenses } from "./third-party-licenses.ts";

const top = join(import.meta.dirname, "..", "..");

/**
 * Builds a package as it is published into an empty folder: one file of code and one of types, both without any of our
 * private packages, its manifest, README and licences.
 */
export async function buildPackage(described: Published, into: string): Promise<void> {
  const source = join(top, "packages", described.folder);
  const external = (id: string) =>
    id.startsWith("node:") || described.dependencies.some((name) => id === name || id.startsWith(`${name}/`));
  const code = await bundleCode(source, { external, into });
  await bundleTypes(described, { external, into });
  await writeFile(
    join(into, "package.json"),
    `${JSON.stringify(await publishedManifest(described), null, 2)}\n`,
  );
  await writeFile(join(into, "THIRD-PARTY-LICENSES.txt"), await thirdPartyLicenses(code.modules));
  await cp(join(top, "LICENSE"), join(into, "LICENSE"));
  await cp(join(source, "README.md"), join(into, "README.md"));
  for (const name of described.files) await cp(join(source, name), join(into, name), { recursive: true });
}

interface Target {
  readonly external: (id: string) => boolean;
  readonly into: string;
}

async function bundleCode(
  source: string,
  { external, into }: Target,
): Promise<{ readonly modules: string[] }> {
  await using build = await rolldown({
    input: { index: join(source, "src/index.ts") },
    external,
    platform: "node",
    transform: { target: "es2022" },
    // Nothing of ours happens on import: what nobody uses is left out with all that it needs.
    treeshake: { moduleSideEffects: false },
    onLog: (_, log) => {
      throw new Error(`bundling ${source}: ${log.message}`);
    },
  });
  const { output } = await build.write({ dir: into, format: "es" });
  return { modules: output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : [])) };
}

async function bundleTypes({ folder }: Published, { external, into }: Target): Promise<void> {
  const draft = await mkdtemp(join(top, "packages", folder, "node_modules", ".types-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(draft, { recursive: true }));
  await emitTypes(folder, draft);
  await using build = await rolldown({
    input: { index: join(draft, "packages", folder, "src/index.d.ts") },
    external,
    plugins: [dts({ dtsInput: true, emitDtsOnly: true })],
  });
  await build.write({ dir: into, format: "es" });
}

/** Has the compiler say what the types of a package and of all that it imports are. */
async function emitTypes(folder: string, outDir: string): Promise<void> {
  const config = {
    extends: join(top, "tsconfig.json"),
    compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir, rootDir: top },
    files: [join(top, "packages", folder, "src/index.ts")],
    include: [],
  };
  const path = join(outDir, "tsconfig.json");
  await writeFile(path, JSON.stringify(config));
  const child = Bun.spawn([join(top, "node_modules/.bin/tsc"), "-p", path], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const said = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`the types of ${folder} cannot be told: ${said}`);
}
