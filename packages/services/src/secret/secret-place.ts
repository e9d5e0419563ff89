import type { SecretId } from "@platz/domain";

/** Where a secret's contents are kept, as the seal names it: sealed contents open in their own row only. */
export function secretPlace(id: SecretId): string {
  return `secrets/${id}/contents`;
}
