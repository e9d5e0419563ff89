/** `npm run pack`: builds what is published, each as an archive in `.platz/packages`. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackage } from "./publish/build-package.ts";
import { packFolder } from "./publish/pack-folder.ts";
import { published } from "./publish/published.ts";

const into = join(import.meta.dirname, "..", ".platz", "packages");
await mkdir(into, { recursive: true });
for (const each of published) {
  const folder = await mkdtemp(join(tmpdir(), "platz-package-"));
  await buildPackage(each, folder);
  console.log(await packFolder(folder, into));
  await rm(folder, { recursive: true });
}
