import { ConfigError } from "@platz/config";
import type { ApiSettings } from "./settings.ts";

/** The settings that may stand in AWS SSM instead of the environment, as `ssm:` and the name of a parameter. */
const names = ["OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;
const PREFIX = "ssm:";

/**
 * The settings with what they name in SSM read from there, decrypted. Region, credentials and endpoint are those of the
 * AWS SDK. Throws a `ConfigError` that names the setting for a parameter that is not there, or that cannot be used.
 */
export async function withOidcParameters(settings: ApiSettings): Promise<ApiSettings> {
  const wanted = names.filter((name) => settings[name].startsWith(PREFIX));
  if (wanted.length === 0) return settings;
  const parameters = await readParameters(wanted.map((name) => settings[name].slice(PREFIX.length)));
  const values = wanted.map((name) => {
    const parameter = settings[name].slice(PREFIX.length);
    const value = parameters.get(parameter);
    if (value === undefined || value === "") {
      throw new ConfigError(`${name}: there is no SSM parameter ${parameter} that this process may read`);
    }
    if (name === "OIDC_SERVER_URL" && !URL.canParse(value)) {
      throw new ConfigError(`${name}: the SSM parameter ${parameter} is no http:// or https:// address`);
    }
    return [name, value] as const;
  });
  return { ...settings, ...Object.fromEntries(values) };
}

async function readParameters(wanted: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // Loaded only now: most installations have no AWS.
  const { GetParametersCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient();
  try {
    const command = new GetParametersCommand({ Names: [...new Set(wanted)], WithDecryption: true });
    const { Parameters = [] } = await client.send(command);
    return new Map(Parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
  } catch (cause) {
    const why = cause instanceof Error ? cause.name : "failure";
    throw new ConfigError(
      `OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: AWS SSM cannot be asked (${why}); check region and credentials`,
      { cause },
    );
  } finally {
    client.destroy();
  }
}
