import { chmod, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { download } from "./download.ts";
import type { Source } from "./source.ts";

/** On a network that is closed or slow this is all that trying costs. */
const CONNECT_TIMEOUT_MS = 3_000;

/** The publisher's own binary, checked against the checksum that the publisher keeps beside it. */
export const fromRelease: Source = {
  name: "official download",
  async obtain({ tool, workFolder, keepFolder }) {
    if (tool.release === undefined) throw new Error("no plain binary is published");
    const { url, sha256Url } = tool.release(
      `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
    );
    const partial = join(keepFolder, "downloads", `${tool.name}-${tool.version}`);
    await mkdir(join(keepFolder, "downloads"), { recursive: true });
    const sha256 = await checksum(sha256Url);
    await download(url, partial, { sha256, connectTimeoutMs: CONNECT_TIMEOUT_MS });
    await chmod(partial, 0o755);
    await rename(partial, join(workFolder, tool.name));
  },
};

async function checksum(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  const found = /^[0-9a-f]{64}/.exec(await response.text())?.[0];
  if (!response.ok || found === undefined) throw new Error(`${url} answered ${response.status}`);
  return found;
}
