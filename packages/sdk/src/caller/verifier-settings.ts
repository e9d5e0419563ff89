import { z } from "zod";

const Origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    "must be an origin, as https://shop.example.com",
  );

/** The settings of a verifier, of which a missing one would be taken for "no check" further down. */
const VerifierSettings = z.object({
  platzUrl: z
    .url({ protocol: /^https?$/, error: "must be the address of Platz" })
    .transform((url) => new URL(url).href),
  deploymentId: z.union([z.uuid(), z.literal("any")], 'must be the id of a deployment, or "any"'),
  audience: z.union(
    [
      Origin.transform((origin) => [origin]),
      z.array(Origin).min(1),
      z.custom<(request: Request) => string>((value) => typeof value === "function"),
    ],
    "must be an origin, as https://shop.example.com, several of them, or a function",
  ),
});

/** Checked settings. Throws when one is missing or malformed: by that, nobody is let in. */
export function verifierSettings(
  options: Readonly<Record<"platzUrl" | "deploymentId" | "audience", unknown>>,
): z.output<typeof VerifierSettings> {
  const { success, data, error } = VerifierSettings.safeParse(options);
  if (success) return data;
  const issues = error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new TypeError(`createVerifier: ${issues.join("; ")}`);
}
