import { databaseSettings, duration, plainHttpSettings, reservedHosts, tracingSettings } from "@platz/config";
import { keyRingSetting } from "@platz/sealing";
import { logLevels } from "@platz/telemetry";
import { z } from "zod";
import { trustedProxies } from "./client-address.ts";

const httpUrl = z.url({ protocol: /^https?$/, message: "must be an http:// or https:// address" });

/** What the API reads from its environment and command line (API spec 1.2). */
export const ApiSettings = z.object({
  API_HOST: z.string().default("0.0.0.0").describe("Address to listen on."),
  API_PORT: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(0)
    .max(65535)
    .prefault("3000")
    .describe("Port to listen on; 0 takes any free one."),
  PLATZ_HTTP_PORT: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(0)
    .max(65535)
    .optional()
    .describe(
      "Port for /status, /ready and /metrics alone, for machines; the port of the API then has no /metrics.",
    ),
  API_SHARE_PORT: z
    .stringbool("must be true or false")
    .prefault("false")
    .describe("Let several processes listen on the same port, the system sharing connections out (Linux)."),
  API_TRUSTED_PROXIES: trustedProxies.describe(
    "Networks of proxies in front of the API, whose X-Forwarded-For is believed.",
  ),
  PLATZ_OWN_URL: httpUrl.describe("Where people and deployments reach this installation."),
  ...reservedHosts,
  OIDC_SERVER_URL: z
    .string()
    .refine(
      (text) => text.startsWith("ssm:") || httpUrl.safeParse(text).success,
      "must be an http:// or https:// address, or ssm: and the name of a parameter that holds one",
    )
    .describe(
      "Issuer of the OpenID provider, or, like the two below, ssm: and the name of an AWS SSM parameter.",
    ),
  OIDC_CLIENT_ID: z.string().describe("Client id at the OpenID provider."),
  OIDC_CLIENT_SECRET: z.string().describe("Client secret at the OpenID provider."),
  OIDC_TIMEOUT: duration({ minMs: 100 }).prefault("10s").describe("How long the OpenID provider may take."),
  OIDC_REQUIRE_VERIFIED_EMAIL: z
    .stringbool("must be true or false")
    .prefault("true")
    .describe(
      "Refuse people whose e-mail address the provider has not verified; false only where nobody can choose it there.",
    ),
  OIDC_REQUIRE_APPROVAL: z
    .stringbool("must be true or false")
    .prefault("false")
    .describe("Let newcomers in only after a site admin has activated their account."),
  ADMIN_EMAILS: z
    .string()
    .prefault("")
    .transform((text) => text.split(/[\s,]+/).filter((email) => email !== ""))
    .describe(
      "E-mail addresses, separated by blanks, of those who become site admins at their first sign-in.",
    ),
  PLATZ_ENCRYPTION_KEYS: keyRingSetting,
  API_DRAIN_DELAY: duration()
    .prefault("0s")
    .describe(
      "How long to answer as before, except on /ready, when the process is asked to stop: until load balancers know.",
    ),
  API_SHUTDOWN_GRACE: duration()
    .prefault("5s")
    .describe("How long requests may take to end when the process is asked to stop."),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(", ")}`)
    .default("info")
    .describe("How much is logged."),
  ...plainHttpSettings,
  ...tracingSettings,
  ...databaseSettings,
});
export type ApiSettings = z.output<typeof ApiSettings>;
