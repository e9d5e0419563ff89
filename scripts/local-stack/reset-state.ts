import { rm } from "node:fs/promises";
import { resetPostgres } from "./parts/postgres.ts";
import { postgresFolder } from "./state-folder.ts";

/** Forgets everything: databases, cluster, charts, keys, logs. No stack may run with this folder. */
export async function resetState(folder: string): Promise<void> {
  await resetPostgres(postgresFolder(folder));
  await rm(folder, { recursive: true, force: true });
}
