import type { SigningSecretStore } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { findSetting, insertSettingOnce } from "@platz/db/queries/settings";

const KEY = "jwt_secret";

/** Keeps the secret that access tokens are signed with in the settings table (API spec 3.3). */
export function signingSecretStore(db: Queryable): SigningSecretStore {
  return {
    findSigningSecret: () => findSetting(db, KEY),
    insertSigningSecretOnce: (value) => insertSettingOnce(db, KEY, value),
  };
}
