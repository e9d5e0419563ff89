import { z } from "zod";
import { RegistryError } from "./registry-error.ts";

/** A repository name: lower-case path segments, at most 255 characters (OCI distribution 1.1, "Pulling manifests"). */
export const RepositoryName = z
  .string()
  .max(255, "must be at most 255 characters")
  .regex(
    /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/,
    "must be a repository name such as charts/paint",
  );

/** A tag (OCI distribution 1.1). */
export const Tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "must be a tag such as 1.2.3");

/** A digest of content, of the two algorithms that the image specification registers. */
export const Digest = z
  .string()
  .regex(/^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/, "must be a digest such as sha256:…");

/** A registry's host, with its port unless it is the default one. IPv6 addresses stand in brackets. */
export const RegistryDomain = z
  .string()
  .max(262, "must be at most 262 characters")
  .regex(
    /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/,
    "must be a host name with an optional port, such as registry.example.com:5000",
  );

/** The value if it keeps a grammar of this file, else a `RegistryError` of kind `invalid` that says what it must be. */
export function checked(grammar: z.ZodType<string>, value: string): string {
  const result = grammar.safeParse(value);
  if (result.success) return result.data;
  const shown = JSON.stringify(value.slice(0, 100));
  throw new RegistryError("invalid", `${shown} was refused: it ${result.error.issues[0]?.message}.`);
}
