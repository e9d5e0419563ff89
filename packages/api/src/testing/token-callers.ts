import { createApiToken, createSigningKeys, parseApiToken } from "@platz/auth";
import type { Database } from "@platz/db";
import { insertUserToken } from "@platz/db/queries/user-tokens";
import { type EnvId, UserId, UserTokenId } from "@platz/domain";
import {
  authenticate,
  type EventFeed,
  readCaller,
  type ServiceContext,
  signingKeyStore,
} from "@platz/services";
import type { TestWorld } from "@platz/services/testing";
import type { ApiContext } from "../context.ts";
import { apiContextOf } from "./api-context.ts";

/** What a token is made with besides its owner. */
export interface TokenKind {
  readonly envIds?: readonly EnvId[];
  readonly readOnly?: boolean;
  readonly expiresAt?: Date;
}

export interface TestToken {
  readonly id: UserTokenId;
  readonly value: string;
}

/** A stored token of a person. */
export async function tokenOf(
  db: Database,
  { identity }: ServiceContext,
  { envIds, readOnly = false, expiresAt }: TokenKind = {},
): Promise<TestToken> {
  const { id, token: value, secretHash } = createApiToken();
  const token = {
    id: UserTokenId.parse(id),
    userId: UserId.parse(identity.id),
    name: "t",
    secretHash,
    readOnly,
    envIds: envIds ? [...envIds] : null,
    expiresAt: expiresAt ?? null,
  };
  await insertUserToken(db, token);
  return { id: token.id, value };
}

/** What a request with this token brings: who it belongs to is looked up as in a process. */
export function apiContextOfToken(world: TestWorld, { value }: TestToken, feed: EventFeed): ApiContext {
  const { db, keyring, ownUrl, now } = world.siteAdmin;
  const credential = parseApiToken(value);
  if (credential === undefined) throw new Error("not a token");
  const accessKeys = createSigningKeys(signingKeyStore({ db, keyring, now }, "access"));
  const find = async () => {
    const known = await authenticate(
      { db, accessKeys, now },
      { kind: "api-token", ...credential },
      undefined,
    );
    return { db, keyring, ownUrl, now, ...(await readCaller(db, known)) };
  };
  return apiContextOf(undefined, { feed, authenticate: find, reauthenticate: find });
}
