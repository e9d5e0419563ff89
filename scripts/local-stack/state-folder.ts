import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The one ignored folder of this checkout that holds everything the local stack remembers, unless another is named. */
export const defaultStateFolder =
  process.env["PLATZ_STATE_FOLDER"] ?? join(import.meta.dirname, "..", "..", ".platz");

/** Everything that a local stack remembers, in one folder. */
export interface StateFolder {
  readonly path: string;
  /** Path of a folder inside, made when it is not there. */
  subfolder(name: string): string;
  hasSecret(name: string): boolean;
  /** A secret that is made once and kept in a file that only its owner reads. */
  secret(name: string, make: () => string): string;
}

/** The state folder at `path`, made when it is not there. Others may pass through it (PostgreSQL's user has to), not look. */
export function openStateFolder(path: string): StateFolder {
  mkdirSync(path, { recursive: true, mode: 0o711 });
  const subfolder = (name: string, mode = 0o711) => {
    const folder = join(path, name);
    mkdirSync(folder, { recursive: true, mode });
    return folder;
  };
  const secretFile = (name: string) => join(path, "secrets", name);
  return {
    path,
    subfolder: (name) => subfolder(name),
    hasSecret: (name) => existsSync(secretFile(name)),
    secret(name, make) {
      const file = join(subfolder("secrets", 0o700), name);
      if (!existsSync(file)) {
        // Whole or not at all: half a password would lock the next start out.
        const draft = `${file}.${process.pid}`;
        writeFileSync(draft, make(), { mode: 0o600 });
        renameSync(draft, file);
      }
      return readFileSync(file, "utf8");
    },
  };
}

/** Where the database's files are; PostgreSQL may keep them elsewhere under a name made of this one. */
export const postgresFolder = (folder: string) => join(folder, "postgres");
