import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { resetPostgres } from "./parts/postgres.ts";
import { postgresFolder, type StateFolder } from "./state-folder.ts";

/** What only the processes of one stack know, kept between starts. */
export interface StackSecrets {
  readonly databasePassword: string;
  readonly oidcClientSecret: string;
  readonly encryptionKeys: string;
}

/** The secrets of this state folder, made when it is new. */
export async function stackSecrets(state: StateFolder): Promise<StackSecrets> {
  const password = "database-password";
  // A folder that was removed by hand may have left a database elsewhere, locked with the password that went with it.
  if (!state.hasSecret(password)) {
    const folder = postgresFolder(state.path);
    if (existsSync(join(folder, "PG_VERSION"))) {
      throw new Error(
        `The password of the database in ${folder} is gone: put ${join(state.path, "secrets", password)} back, ` +
          "or clear all state with `npm start -- --reset`.",
      );
    }
    await resetPostgres(folder);
  }
  return {
    databasePassword: state.secret(password, () => randomBytes(24).toString("base64url")),
    oidcClientSecret: state.secret("oidc-client-secret", () => randomBytes(24).toString("base64url")),
    encryptionKeys: state.secret("encryption-keys", () => `local:${randomBytes(32).toString("base64")}`),
  };
}
