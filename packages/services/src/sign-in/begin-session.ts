import { createApiToken, issueAccessToken, type SigningKeys, USER_TOKEN_TTL_MS } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { insertAuditEntry } from "@platz/db/queries/audit-log";
import { insertSession } from "@platz/db/queries/sessions";
import { SessionId, type User } from "@platz/domain";
import type { Visitor } from "./visitor.ts";

const USER_AGENT_CHARACTERS_MAX = 200;

/** Begins a session, notes it in the audit log, and gives what its bearer will show: an access token, or for a browser the value of its cookie. */
export async function beginSession(
  { db, accessKeys, now }: { readonly db: Queryable; readonly accessKeys: SigningKeys; now(): Date },
  user: User,
  { kind, address, userAgent }: Visitor,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
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
  await insertAuditEntry(db, {
    actorKind: "User",
    actorId: user.id,
    actorLabel: `${user.displayName} <${user.email}>`,
    action: "signIn.finish",
    outcome: "Done",
    entity: "sessions",
    entityId: sessionId,
    entityLabel: session.userAgent ?? kind,
    envId: null,
    version: null,
    changes: null,
    reason: null,
    requestId: null,
    address: session.address,
  });
  return { token: kind === "browser" ? cookie : access.token, expiresAt: access.expiresAt };
}
