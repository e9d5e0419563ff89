import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processStart } from "./process-start.ts";

/** What one run has to itself on the disk. Disposing of it removes it with all that is in it. */
export interface PrivateDirectory extends AsyncDisposable {
  readonly path: string;
  /** Writes a file that only this user can read. */
  write(name: string, content: string | Uint8Array): Promise<void>;
}

/** The name of a private directory says whose it is. */
export const directoryName = /^helm-(?<pid>\d+)-(?<start>\d+)-[0-9a-f-]{36}$/;

/**
 * Makes a directory (0700) below `root`, which is made if need be and must be this user's alone: files of it hold
 * credentials. `root` must not be shared between machines or containers, whose process numbers mean nothing here.
 */
export async function openPrivateDirectory(root: string): Promise<PrivateDirectory> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await requirePrivate(root);
  const start = (await processStart(process.pid)) ?? "0";
  const path = join(root, `helm-${process.pid}-${start}-${crypto.randomUUID()}`);
  await mkdir(path, { mode: 0o700 });
  return {
    path,
    write: (name, content) => writeFile(join(path, name), content, { mode: 0o600, flag: "wx" }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function requirePrivate(root: string): Promise<void> {
  const found = await lstat(root);
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !isOurs || (found.mode & 0o022) !== 0) {
    throw new Error(
      `The directory ${root} must belong to the user that runs Platz and be writable by nobody else; set another one or change it (chmod 700).`,
    );
  }
}
