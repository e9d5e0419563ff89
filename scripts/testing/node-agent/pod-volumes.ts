import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { ApiServer } from "./api-server.ts";
import { containerOf, type Pod, type Volume } from "./pod.ts";

const Secret = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** The folders of a pod: where its mounts really are. */
export interface PodVolumes {
  /** A text in which paths of the container have become paths of this machine. */
  localised(text: string): string;
  /** Writes what Secrets hold now; `false` while one of them is not there. */
  refresh(): Promise<boolean>;
  remove(): Promise<void>;
}

/** Makes the folders of a pod's mounts below `folder`. */
export async function podVolumes(pod: Pod, api: ApiServer, folder: string): Promise<PodVolumes> {
  const place = (mountPath: string) => join(folder, mountPath);
  const mounts = containerOf(pod).volumeMounts;
  for (const { mountPath } of mounts) await mkdir(place(mountPath), { recursive: true, mode: 0o700 });
  const written = new Map<string, string>();

  async function writeOnce(path: string, base64: string): Promise<void> {
    if (written.get(path) === base64) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Who reads it sees the old or the new one, whole.
    await writeFile(`${path}.new`, Buffer.from(base64, "base64"), { mode: 0o600 });
    await rename(`${path}.new`, path);
    written.set(path, base64);
  }

  async function mount(volume: Volume, mountPath: string): Promise<boolean> {
    for (const { name, items } of secretsOf(volume)) {
      const path = `/api/v1/namespaces/${pod.metadata.namespace}/secrets/${name}`;
      const found = Secret.safeParse(await api.ask("GET", path)).data;
      if (found === undefined) return false;
      const wanted = items ?? Object.keys(found.data).map((key) => ({ key, path: key }));
      for (const { key, path: file } of wanted) {
        await writeOnce(join(place(mountPath), file), found.data[key] ?? "");
      }
    }
    return true;
  }

  return {
    localised: (text) =>
      mounts.reduce((sum, { mountPath }) => sum.replaceAll(mountPath, place(mountPath)), text),
    async refresh() {
      for (const volume of pod.spec.volumes) {
        for (const { name, mountPath } of mounts) {
          if (name === volume.name && !(await mount(volume, mountPath))) return false;
        }
      }
      return true;
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function secretsOf({ secret, projected }: Volume) {
  const sources = projected?.sources.flatMap((source) => source.secret ?? []) ?? [];
  return secret === undefined ? sources : [{ name: secret.secretName, items: secret.items }, ...sources];
}
