import { createHash, randomBytes } from "node:crypto";

/** 32 random bytes in base64url: 43 characters that cannot be guessed. */
export function createOneTimeSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether a text has the form of such a secret; what came from outside is asked before it is used. */
export function isOneTimeSecret(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/** What is stored of it: enough to recognise it, not to use it. */
export function hashOneTimeSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
