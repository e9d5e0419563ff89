import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });
/** Licences that let us give code on inside of our own, with their text beside it. */
const allowed = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"];

/** The licences of the packages that these modules come from, in full. Throws for one that may not be given on. */
export async function thirdPartyLicenses(modules: readonly string[]): Promise<string> {
  const files = modules
    .filter((path) => path.includes("/node_modules/"))
    .map((path) => path.split("?")[0] ?? path);
  const folders = [...new Set(files.map(packageFolder))].sort();
  const texts = await Promise.all(folders.map(licenseText));
  return texts.length === 0 ? "Nothing of others is built in.\n" : texts.join(`\n${"-".repeat(80)}\n\n`);
}

async function licenseText(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const { name, version, license } = Manifest.parse(manifest);
  if (!allowed.includes(license)) throw new Error(`${name} is under ${license}, which may not be built in`);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence text to give on`);
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
}

/** The folder of the package that a module belongs to: the next one upwards that has a name and a version. */
function packageFolder(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (
      existsSync(join(folder, "package.json")) &&
      dirname(folder)
        .replace(/\/@[^/]+$/, "")
        .endsWith("/node_modules")
    ) {
      return folder;
    }
  }
  throw new Error(`${path} belongs to no package`);
}
