import { Forbidden } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Refuses tokens: who holds one must not be able to make another, which would outlive its revocation. */
export function requireSession({ grant }: ServiceContext, what: string): void {
  if (grant.kind === "session") return;
  throw new Forbidden(`A token cannot ${what}: sign in for it.`);
}
