import { RegistryError } from "./registry-error.ts";

/** Content that is not what was asked for, by its digest. */
export function wrongDigest(domain: string, what: string): RegistryError {
  const message = `The ${what} on registry ${domain} is not what its digest says; it was damaged or replaced.`;
  return new RegistryError("invalid", message);
}
