import { join } from "node:path";

/** Makes of a folder the archive that npm would publish, and says where it is. */
export async function packFolder(folder: string, into: string): Promise<string> {
  const command = ["npm", "pack", "--loglevel=error", "--pack-destination", into];
  const child = Bun.spawn(command, { cwd: folder, stdout: "pipe", stderr: "inherit" });
  const name = (await new Response(child.stdout).text()).trim().split("\n").at(-1) ?? "";
  if ((await child.exited) !== 0) throw new Error(`npm pack failed in ${folder}`);
  return join(into, name);
}
