import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The one ignored folder that holds everything the local stack remembers. */
export const stateFolder = join(import.meta.dirname, "..", "..", ".platz");

/** A folder inside the state folder, made when it is not there. */
export function stateSubfolder(name: string): string {
  const path = join(stateFolder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Forgets everything: databases, cluster, keys, logs. */
export function resetState(): void {
  rmSync(stateFolder, { recursive: true, force: true });
}

/** A secret that is made once and kept in a file that only its owner reads. */
export function persistedSecret(name: string, make: () => string): string {
  const path = join(stateSubfolder("secrets"), name);
  if (!existsSync(path)) {
    writeFileSync(path, make(), { mode: 0o600 });
    chmodSync(path, 0o600);
  }
  return readFileSync(path, "utf8");
}
