import { createApiToken, issueAccessToken, type SigningKeys, USER_TOKEN_TTL_MS } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { insertSession } from "@platz/db/queries/sessions";
import { SessionId, type User } from "@platz/domain";
import { recordChange } from "../audit/record-change.ts";
import { asActor, type Visitor } from "./visitor.ts";

const USER_AGENT_CHARACTERS_MAX = 200;

/** Begins a session, notes it in the audit log, and gives what its bearer will show: an access token, or for a browser the value of its cookie. */
export async function beginSession(
  { db, accessKeys, now }: { readonly db: Queryable; readonly accessKeys: SigningKeys; now(): Date },
  user: User,
  visitor: Visitor,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const { kind, address, userAgent } = visitor;
  const { id, token: cookie, secretHash } = createApiToken();
  const sessionId = SessionId.parse(id);
  const access = await issueAccessToken(
    accessKeys,
    { identity: { kind: "User", id: user.id }, sessionId },
    { ttlMs: USER_TOKEN_TTL_MS, now: now() },
  );
  const session = {
    id: sessionId,
    userId: user.id,
    kind,
    secretHash: kind === "browser" ? secretHash : null,
    expiresAt: access.expiresAt,
    address: address ?? null,
    userAgent: userAgent?.slice(0, USER_AGENT_CHARACTERS_MAX) ?? null,
  };
  await insertSession(db, session, now());
  await recordChange(asActor(db, user, visitor), {
    entity: "sessions",
    id: sessionId,
    envId: null,
    label: session.userAgent ?? kind,
  });
  return { token: kind === "browser" ? cookie : access.token, expiresAt: access.expiresAt };
}
