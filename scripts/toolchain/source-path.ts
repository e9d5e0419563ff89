import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";
import type { Source } from "./source.ts";

/** The binary that is installed on this machine already, if its version fits. */
export const fromPath: Source = {
  name: "PATH",
  async obtain({ tool, workFolder }) {
    if (tool.fromPath !== true) throw new Error("only a build of our own fits");
    const found = Bun.which(tool.name);
    if (found === null) throw new Error(`no ${tool.name} on PATH`);
    const { output } = await runCommand([found, ...tool.check.args]);
    if (!tool.check.expect.test(output)) throw new Error(`${tool.name} on PATH has another version`);
    await symlink(found, join(workFolder, tool.name));
  },
};
