import { homedir } from "node:os";
import { join } from "node:path";

/** Where binaries are kept, shared by every checkout of this user: `PLATZ_CACHE`, else the XDG cache folder. */
export function cacheFolder(env: Record<string, string | undefined> = process.env): string {
  if (env["PLATZ_CACHE"]) return env["PLATZ_CACHE"];
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "platz");
}
