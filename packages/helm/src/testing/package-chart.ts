import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "./temporary-directory.ts";
import { testSetting } from "./test-setting.ts";

/** Packages a chart of these templates with the helm of the test run. */
export async function packageChart(
  templates: Readonly<Record<string, string>>,
  version = "1.0.0",
): Promise<Uint8Array<ArrayBuffer>> {
  await using directory = await temporaryDirectory();
  const files = {
    "Chart.yaml": `apiVersion: v2\nname: sample\nversion: ${version}\n`,
    "values.yaml": "{}\n",
  };
  const all = Object.entries({
    ...files,
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text])),
  });
  for (const [name, text] of all) {
    const path = join(directory.path, "sample", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const argv = [testSetting("PLATZ_TEST_HELM"), "package", "sample", "--destination", "out"];
  const packaging = Bun.spawn(argv, { cwd: directory.path, env: { HOME: directory.path }, stdout: "ignore" });
  if ((await packaging.exited) !== 0) throw new Error("the test's chart could not be packaged");
  const [archive = ""] = await readdir(join(directory.path, "out"));
  return new Uint8Array(await readFile(join(directory.path, "out", archive)));
}
