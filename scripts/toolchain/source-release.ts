import { chmod, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { download } from "./download.ts";
import type { Source } from "./source.ts";

/** On a network that is closed this is all that trying costs, and all that a stalled download waits for. */
const PATIENCE = { connectTimeoutMs: 3_000, idleTimeoutMs: 20_000 };

/** The publisher's own binary, checked against the checksum that this repository pins. */
export const fromRelease: Source = {
  name: "official download",
  async obtain({ tool, workFolder, keepFolder }) {
    const platform = `${process.platform}-${process.arch}`;
    const sha256 = tool.release?.sha256[platform];
    if (tool.release === undefined || sha256 === undefined) {
      throw new Error(`no checksum of a release for ${platform} is known`);
    }
    const partial = join(keepFolder, "downloads", `${tool.name}-${tool.version}-${platform}`);
    await mkdir(join(keepFolder, "downloads"), { recursive: true });
    await download(tool.release.url(platform), partial, { sha256, ...PATIENCE });
    await chmod(partial, 0o755);
    await rename(partial, join(workFolder, tool.name));
  },
};
